import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** What a step or a job runs. */
export interface Use {
  readonly target: string;
  readonly line: number;
  /** The comment at the end of its line. */
  readonly comment: string;
}

export interface Permissions {
  /** `write-all` and the like; undefined for a list. */
  readonly value: string | undefined;
  readonly line: number;
  /** Of the whole workflow, not of one job. */
  readonly isOfAll: boolean;
}

/** What a workflow or an action.yml runs and may do, however its YAML is written. */
export function readWorkflow(text: string): { uses: Use[]; permissions: Permissions[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineAt = (node: unknown) => lines.linePos(rangeOf(node)[0]).line;
  const at = (node: unknown, key: string) => valueAt(document, node, key);
  const jobs = itemsOf(at(document.contents, 'jobs'));
  const steps = [at(document.contents, 'runs'), ...jobs].flatMap((owner) => itemsOf(at(owner, 'steps')));
  return {
    uses: [...jobs, ...steps].flatMap((owner) => {
      const node = at(owner, 'uses');
      const target = scalarOf(node);
      if (target === undefined) return [];
      const rest = text.slice(rangeOf(node)[1]).split('\n', 1)[0] ?? '';
      return [{ target, line: lineAt(node), comment: /#.*$/.exec(rest)?.[0] ?? '' }];
    }),
    permissions: [document.contents, ...jobs].flatMap((owner, index) => {
      const node = at(owner, 'permissions');
      if (node === undefined || (isScalar(node) && node.value === null)) return [];
      return [{ value: scalarOf(node), line: lineAt(node), isOfAll: index === 0 }];
    }),
  };

  function itemsOf(node: unknown): unknown[] {
    if (isSeq(node)) return node.items.map((item) => resolved(document, item));
    return isMap(node) ? node.items.map(({ value }) => resolved(document, value)) : [];
  }
}

function valueAt(document: Document, node: unknown, key: string): unknown {
  return isMap(node) ? resolved(document, node.get(key, true)) : undefined;
}

function resolved(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document as Parameters<typeof node.resolve>[0]) : node;
}

function scalarOf(node: unknown): string | undefined {
  return isScalar(node) && node.value !== null ? String(node.value) : undefined;
}

function rangeOf(node: unknown): readonly [number, number] {
  const range = (node as { range?: readonly [number, number, number] | null } | undefined)?.range;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}
