import { plainLines, removeControlCharacters } from './untrusted-text.ts';

/** Text of a summary is always escaped; these are the only ways to give it a form. */
export type Inline =
  | string
  | { readonly code: string }
  | { readonly strong: Inline }
  | { readonly link: string; readonly text: string }
  | readonly Inline[];

export type HeadlineStatus = 'passed' | 'failed' | 'changed' | 'unknown';

/** GitHub drops a step's whole summary when its file is larger than this. */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024;
const CODE_BLOCK_LIMIT = 64 * 1024;
const SYMBOLS: Readonly<Record<HeadlineStatus, string>> = {
  passed: '✅',
  failed: '❌',
  changed: '🔄',
  unknown: '⚠️',
};

/**
 * Builds a job summary. Every block is written as HTML with everything escaped, because HTML blocks are the
 * one form in which text of others cannot become Markdown; no block but code holds an empty line, which would
 * end an HTML block (CommonMark 0.31, section 4.6).
 */
export class SummaryBuilder {
  readonly #blocks: string[] = [];
  #headline: string | undefined;

  /** The first line of the summary: what a person reads first. A later call replaces it. */
  headline(status: HeadlineStatus, text: Inline): this {
    this.#headline = `<h3>${SYMBOLS[status]} ${renderInline(text)}</h3>`;
    return this;
  }

  heading(text: Inline, level: 2 | 3 | 4 = 4): this {
    return this.#add(`<h${level}>${renderInline(text)}</h${level}>`);
  }

  paragraph(text: Inline): this {
    return this.#add(`<p>${renderInline(text)}</p>`);
  }

  list(items: readonly Inline[]): this {
    if (items.length === 0) return this;
    return this.#add(['<ul>', ...items.map((item) => `<li>${renderInline(item)}</li>`), '</ul>'].join('\n'));
  }

  table(header: readonly Inline[], rows: readonly (readonly Inline[])[]): this {
    const row = (cells: readonly Inline[], tag: 'td' | 'th') =>
      `<tr>${cells.map((cell) => `<${tag}>${renderInline(cell)}</${tag}>`).join('')}</tr>`;
    const lines = header.length > 0 ? [row(header, 'th')] : [];
    return this.#add(['<table>', ...lines, ...rows.map((cells) => row(cells, 'td')), '</table>'].join('\n'));
  }

  /** A block of code or log lines; of a long one the end is kept, because that is where the reason is. */
  code(text: string): this {
    return this.#add(renderCode(text));
  }

  /** A section that is folded until clicked. */
  details(title: Inline, fill: (section: SummaryBuilder) => void): this {
    const section = new SummaryBuilder();
    fill(section);
    const head = `<details><summary>${renderInline(title)}</summary>`;
    return this.#add([head, ...section.#blocks, '</details>'].join('\n\n'));
  }

  get isEmpty(): boolean {
    return this.#headline === undefined && this.#blocks.length === 0;
  }

  /**
   * The Markdown for GITHUB_STEP_SUMMARY, masked and within the limit: blocks that do not fit are left out
   * with a note that says so, rather than GitHub dropping everything.
   */
  render(mask: (text: string) => string = (text) => text, limitBytes = SUMMARY_LIMIT_BYTES): string {
    const blocks = [...(this.#headline === undefined ? [] : [this.#headline]), ...this.#blocks].map(mask);
    const roomForNote = 200;
    let usedBytes = 0;
    let leftOut = 0;
    const kept: string[] = [];
    for (const block of blocks) {
      const bytes = Buffer.byteLength(block) + 2;
      if (usedBytes + bytes > limitBytes - roomForNote) leftOut += 1;
      else {
        kept.push(block);
        usedBytes += bytes;
      }
    }
    if (leftOut > 0) {
      kept.push(
        `<p>${leftOut === 1 ? '1 part' : `${leftOut} parts`} of this summary did not fit into GitHub's limit of 1 MiB; the log has everything.</p>`,
      );
    }
    return kept.length === 0 ? '' : `${kept.join('\n\n')}\n\n`;
  }

  #add(block: string): this {
    this.#blocks.push(block);
    return this;
  }
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function renderInline(inline: Inline): string {
  if (typeof inline === 'string') {
    return escapeHtml(removeControlCharacters(inline))
      .trim()
      .replace(/\s*\n\s*/g, '<br>');
  }
  if (isInlineList(inline)) return inline.map(renderPart).join('');
  return renderPart(inline);
}

function renderPart(inline: Inline): string {
  // Parts of a list keep the spaces around them.
  if (typeof inline === 'string')
    return escapeHtml(removeControlCharacters(inline)).replace(/\s*\n\s*/g, '<br>');
  if (isInlineList(inline)) return inline.map(renderPart).join('');
  if ('code' in inline) return `<code>${escapeHtml(plainLines(inline.code).join(' '))}</code>`;
  if ('strong' in inline) return `<strong>${renderInline(inline.strong)}</strong>`;
  const isWeb = /^https?:\/\/[^\s]+$/.test(inline.link);
  const text = escapeHtml(removeControlCharacters(inline.text).replaceAll('\n', ' '));
  return isWeb ? `<a href="${escapeHtml(inline.link)}">${text}</a>` : text;
}

function isInlineList(inline: Inline): inline is readonly Inline[] {
  return Array.isArray(inline);
}

function renderCode(text: string): string {
  const lines = plainLines(text);
  let size = 0;
  let first = lines.length;
  while (first > 0 && size + (lines[first - 1]?.length ?? 0) + 1 <= CODE_BLOCK_LIMIT) {
    first -= 1;
    size += (lines[first]?.length ?? 0) + 1;
  }
  const shown = lines.slice(first).map(escapeHtml);
  if (first > 0) shown.unshift(`… (${first} earlier lines left out)`);
  return `<pre><code>${shown.join('\n')}</code></pre>`;
}
