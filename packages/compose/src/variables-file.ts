import { ComposeSourceError, shown } from './compose-errors.ts';

/** What every Compose v2 reads as a name; older ones refuse `-`. */
const namePattern = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/**
 * Writes variables as an env file from which Compose reads exactly these values, whatever is in them.
 *
 * Single quotes are literal, line breaks included, but for `\'`, which is a quote; a `\` before the closing quote
 * cannot be written, and a bare carriage return would not survive an editor. Such values stand in double quotes,
 * where `\`, `"` and `$` are escaped.
 *
 * @throws ComposeSourceError for a name or a value that no environment can have; never with the value
 */
export function writeVariablesFile(variables: Iterable<readonly [name: string, value: string]>): string {
  let file = '';
  for (const [name, value] of variables) {
    if (!namePattern.test(name)) {
      throw new ComposeSourceError(
        `The variable ${JSON.stringify(shown(name))} has no name that Compose reads; use letters, digits and _, and no digit first.`,
      );
    }
    if (value.includes('\0') || !value.isWellFormed()) {
      throw new ComposeSourceError(
        `The variable ${shown(name)} holds a NUL or half a character, which no environment can have; encode it, for example as Base64.`,
      );
    }
    file += `${name}=${quoted(value)}\n`;
  }
  return file;
}

function quoted(value: string): string {
  if (!/['\\\r]/.test(value)) return `'${value}'`;
  const inside = value.replaceAll(/[\\"$\r]/g, (character) =>
    character === '\r' ? '\\r' : `\\${character}`,
  );
  return `"${inside}"`;
}
