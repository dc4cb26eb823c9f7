import { secretWriters, type WrittenAs } from './secret-writers.ts';

/** A secret that was found where it must not be. Names the form, so that a report does not repeat the secret. */
export interface Leak {
  readonly place: string;
  readonly canary: number;
  readonly form: WrittenAs | 'line' | 'part';
  readonly excerpt: string;
}

const SHORTEST_LINE = 6;
/** Of a start or an end that a cut has left; also the least by which a word of our own texts is told from one. */
const PART_LENGTH = 8;

/**
 * Looks for every canary, its lines and whatever programs make of it in the texts of the given places, and for the
 * start and the end of each. So a canary must neither start nor end with a word that stands in a log anyway.
 */
export function findLeaks(canaries: readonly string[], places: ReadonlyMap<string, string>): Leak[] {
  const leaks: Leak[] = [];
  canaries.forEach((canary, index) => {
    const forms = formsOf(canary);
    for (const [place, text] of places) {
      for (const [needle, form] of forms) {
        const at = text.indexOf(needle);
        if (at === -1) continue;
        const around = text.slice(Math.max(0, at - 40), at + needle.length + 40);
        leaks.push({
          place,
          canary: index,
          form,
          excerpt: around.replaceAll(needle, `<${form} of canary ${index}>`),
        });
        break;
      }
    }
  });
  return leaks;
}

function formsOf(canary: string): Map<string, Leak['form']> {
  const forms = new Map<string, Leak['form']>();
  const add = (text: string, form: Leak['form']) => {
    if (text !== '' && !forms.has(text)) forms.set(text, form);
  };
  const trimmed = canary.trim();
  add(trimmed, 'plain');
  const lines = trimmed.split(/\r\n|\n|\r/).map((line) => line.trim());
  if (lines.length > 1) {
    for (const line of lines) {
      if (line.length >= SHORTEST_LINE && !/^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/.test(line))
        add(line, 'line');
    }
  }
  for (const { form, write } of secretWriters) add(write(trimmed), form);
  for (const value of [canary, trimmed]) {
    const encoded = Buffer.from(value).toString('base64').replace(/=+$/, '').slice(0, -1);
    if (encoded.length >= 8) {
      add(encoded, 'base64');
      add(encoded.replaceAll('+', '-').replaceAll('/', '_'), 'base64');
    }
  }
  for (const [whole, form] of [...forms]) {
    // A key starts and ends with a boundary, which is in our own sentences and no secret.
    const hasBoundary = trimmed.startsWith('-----') && form !== 'line' && form !== 'base64';
    if (whole.length <= PART_LENGTH || hasBoundary) continue;
    add(whole.slice(0, PART_LENGTH), 'part');
    add(whole.slice(-PART_LENGTH), 'part');
  }
  return forms;
}
