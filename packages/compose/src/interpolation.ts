/** The value of a variable; undefined where it is not set. */
export type Lookup = (name: string) => string | undefined;

/** Why a text cannot be interpolated: the rest of a sentence about it, without a value. */
export class InterpolationProblem extends Error {
  override readonly name = 'InterpolationProblem';
}

const nameAtStart = /^[A-Za-z_][A-Za-z0-9_]*/;
const deepest = 20;

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?why}`, `${NAME?why}`, `${NAME:+value}`,
 * `${NAME+value}` and `$$`, nested ones too, as Compose does (docs.docker.com/reference/compose-file/interpolation).
 *
 * @throws InterpolationProblem for a required variable that is not set and for a `$` that begins none of these
 */
export function interpolate(text: string, lookup: Lookup, depth = 0): string {
  if (depth > deepest) throw new InterpolationProblem('nests more than 20 variables in each other');
  let result = '';
  let position = 0;
  while (true) {
    const dollar = text.indexOf('$', position);
    if (dollar < 0) return result + text.slice(position);
    result += text.slice(position, dollar);
    const next = text.charAt(dollar + 1);
    if (next === '$') {
      result += '$';
      position = dollar + 2;
    } else if (next === '{') {
      const end = closingBrace(text, dollar + 1);
      if (end < 0) throw new InterpolationProblem('opens a variable with { that no } closes');
      result += braced(text.slice(dollar + 2, end), lookup, depth);
      position = end + 1;
    } else {
      // No more is looked at than the longest name could have, so that hostile text costs nothing.
      const name = nameAtStart.exec(text.slice(dollar + 1, dollar + 1 + 1_000))?.[0];
      if (name === undefined)
        throw new InterpolationProblem('has a $ that begins no variable; write $$ for it');
      result += lookup(name) ?? '';
      position = dollar + 1 + name.length;
    }
  }
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === '}') {
      depth -= 1;
      if (depth === 0) return at;
    } else if (at === open || (text[at] === '{' && text[at - 1] === '$')) depth += 1;
  }
  return -1;
}

function braced(inside: string, lookup: Lookup, depth: number): string {
  const name = nameAtStart.exec(inside)?.[0];
  const [, operator, rest = ''] = /^(:?[-?+]|$)(.*)$/s.exec(inside.slice(name?.length ?? 0)) ?? [];
  if (name === undefined || operator === undefined) {
    throw new InterpolationProblem('has braces after a $ that hold no variable; write $$ for a $');
  }
  const value = lookup(name);
  const isThere = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
  if (operator.endsWith('+')) return isThere ? interpolate(rest, lookup, depth + 1) : '';
  if (isThere || operator === '') return value ?? '';
  if (operator.endsWith('-')) return interpolate(rest, lookup, depth + 1);
  throw new InterpolationProblem(`needs the variable ${name}, which is not set`);
}
