/**
 * Writes a project as a Compose file: JSON, which is YAML, with the keys in a fixed order, so that the same project is
 * the same text. A `$` in a value is doubled, because Compose looks for variables in every value, and in no key.
 */
export function composeFileText(project: object): string {
  return `${JSON.stringify(inOrder(project), undefined, 2)}\n`;
}

/** Takes back the doubled `$` of what `docker compose config` prints, which it doubles in the whole text. */
export function withSingleDollars(text: string): string {
  return text.replaceAll('$$', () => '$');
}

function inOrder(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', () => '$$');
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(byKey).map(([key, item]) => [key, inOrder(item)]));
}

/** By code unit, as no locale changes it. */
function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
