import { ExplainedError } from '#explained-error';

const SHELL_OPERATORS = new Set(['&&', '||', '|', ';', '&', '>', '>>', '<', '<<', '2>', '2>&1', '&>']);

/**
 * Splits a command into its arguments: a JSON array of strings, or words with '…' and "…" quotes and
 * backslashes as a POSIX shell reads them. Nothing is expanded and no shell runs.
 * @throws ExplainedError for an open quote, a bad JSON array, or an operator that only a shell understands
 */
export function parseCommandLine(text: string): string[] {
  const argv = text.trimStart().startsWith('[') ? readJsonArray(text) : readWords(text);
  if (argv[0] === undefined || argv[0] === '') throw new ExplainedError('must name a program to run');
  // JSON can spell it, and no program can be given it.
  if (argv.some((argument) => argument.includes('\0'))) throw new ExplainedError('holds a NUL character');
  return argv;
}

function readJsonArray(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ExplainedError('starts with [ but is not a JSON array of strings', { cause });
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new ExplainedError('must be a JSON array that holds only strings');
}

function readWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let wasQuoted = false;
  let quote = '';
  const endWord = () => {
    if (word === undefined) return;
    if (!wasQuoted && (SHELL_OPERATORS.has(word) || word.endsWith(';'))) {
      throw new ExplainedError(
        `uses \`${word.endsWith(';') ? ';' : word}\`, which only a shell understands: write sh -c '…' around it`,
      );
    }
    words.push(word);
    word = undefined;
    wasQuoted = false;
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    const next = text.charAt(index + 1);
    if (quote === "'") {
      if (character === "'") quote = '';
      else word += character;
    } else if (quote === '"') {
      if (character === '"') quote = '';
      else if (character === '\\' && next !== '' && '"\\$`'.includes(next)) {
        word += next;
        index += 1;
      } else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      wasQuoted = true;
      word ??= '';
    } else if (character === '\\' && next !== '') {
      // A backslash before a line break joins the lines, as in a shell.
      if (next !== '\n') word = (word ?? '') + next;
      wasQuoted = true;
      index += 1;
    } else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
  }
  if (quote !== '') throw new ExplainedError(`has a ${quote} that is never closed`);
  endWord();
  return words;
}
