/** One `KEY=value` line that could not be taken; never holds the value. */
export interface LineProblem {
  readonly line: number;
  readonly sentence: string;
}

/**
 * Reads one `KEY=value` a line. The value is everything after the first `=`, kept as it is; blank lines are
 * skipped; there are no comments, because a value may hold anything. A value of several lines, such as a key, is
 * written as GitHub's own environment files have it: `KEY<<END`, its lines, and a line that is `END`
 * (docs.github.com, "Workflow commands", multiline strings). Problems name the line, never the value.
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
  const lines = text.split(/\r\n|\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const content = lines[index] ?? '';
    const line = index + 1;
    if (content.trim() === '') continue;
    const [, opened, end] = /^([^=]*?)<<(.*)$/.exec(content) ?? [];
    const equals = content.indexOf('=');
    const name = (opened ?? content.slice(0, Math.max(equals, 0))).trim();
    let value = content.slice(equals + 1);
    if (opened !== undefined && end !== undefined) {
      const last =
        end.trim() === '' ? -1 : lines.findIndex((text, at) => at > index && text.trim() === end.trim());
      if (last === -1) {
        const sentence = `line ${line} begins a value of several lines with <<, and the line that ends it is missing`;
        problems.push({ line, sentence });
        break;
      }
      value = lines.slice(index + 1, last).join('\n');
      index = last;
    }
    const first = lineOf.get(name);
    if (opened === undefined && equals === -1) {
      problems.push({ line, sentence: `line ${line} has no =, write KEY=value` });
    }
    // A line without a good name may be the continuation of a secret, so even its "name" is not repeated.
    else if (!namePattern.test(name)) {
      problems.push({ line, sentence: `line ${line} does not start with a name made of ${nameRule}` });
    } else if (value.includes('\0')) {
      problems.push({ line, sentence: `line ${line} (${name}) holds a NUL character` });
    } else if (first !== undefined) {
      problems.push({ line, sentence: `line ${line} sets ${name} again, which line ${first} already sets` });
    } else {
      entries.set(name, value);
      lineOf.set(name, line);
    }
  }
  return { entries, problems };
}
