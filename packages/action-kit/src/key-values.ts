/** One `KEY=value` line that could not be taken; never holds the value. */
export interface LineProblem {
  readonly line: number;
  readonly sentence: string;
}

/**
 * Reads one `KEY=value` a line. The value is everything after the first `=`, kept as it is; blank lines are
 * skipped; there are no comments, because a value may hold anything. Problems name the line, never the value.
 */
export function parseKeyValues(
  text: string,
  options: { namePattern?: RegExp; nameRule?: string } = {},
): { entries: Map<string, string>; problems: LineProblem[] } {
  const namePattern = options.namePattern ?? /^[A-Za-z_][A-Za-z0-9_.-]*$/;
  const nameRule = options.nameRule ?? 'letters, digits, _, . and -, not starting with a digit';
  const entries = new Map<string, string>();
  const lineOf = new Map<string, number>();
  const problems: LineProblem[] = [];
  text.split(/\r\n|\n/).forEach((content, index) => {
    const line = index + 1;
    if (content.trim() === '') return;
    const equals = content.indexOf('=');
    const name = content.slice(0, Math.max(equals, 0)).trim();
    const first = lineOf.get(name);
    if (equals === -1) problems.push({ line, sentence: `line ${line} has no =, write KEY=value` });
    // A line without a good name may be the continuation of a secret, so even its "name" is not repeated.
    else if (!namePattern.test(name)) {
      problems.push({ line, sentence: `line ${line} does not start with a name made of ${nameRule}` });
    } else if (content.includes('\0')) {
      problems.push({ line, sentence: `line ${line} (${name}) holds a NUL character` });
    } else if (first !== undefined) {
      problems.push({ line, sentence: `line ${line} sets ${name} again, which line ${first} already sets` });
    } else {
      entries.set(name, content.slice(equals + 1));
      lineOf.set(name, line);
    }
  });
  return { entries, problems };
}
