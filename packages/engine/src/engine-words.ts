import { printable } from './printable.ts';

/** What an Engine says in a place where text belongs, as text; another type is shown as it was sent. */
export function engineWords(value: unknown): string {
  if (value === undefined || value === null) return '';
  return printable(typeof value === 'string' ? value : JSON.stringify(value)).trim();
}
