import { CommandError } from './ssh-errors.ts';

// sshd takes a whole command in one packet of at most 256 KiB.
const MAX_COMMAND_BYTES = 128 * 1024;

/**
 * One command line for the user's login shell that gives exactly these arguments. Every word is quoted, so
 * that no word can act as a keyword, an alias or an assignment; quotes and backslashes stand outside the
 * quotes, because fish reads `\` inside them where POSIX shells do not.
 *
 * @throws CommandError when there is no command, an argument holds a NUL, or the line is too long
 */
export function shellCommand(argv: readonly string[]): string {
  if (argv.length === 0 || argv[0] === '') throw new CommandError('A command to run on the server is empty.');
  const line = argv.map(shellWord).join(' ');
  if (Buffer.byteLength(line) > MAX_COMMAND_BYTES) {
    throw new CommandError(
      `The command '${argv[0]}' for the server is longer than ${MAX_COMMAND_BYTES / 1024} KiB: pass the data by stdin or in a file.`,
    );
  }
  return line;
}

function shellWord(word: string): string {
  if (word.includes('\0')) {
    throw new CommandError(
      'An argument of a command for the server holds a NUL character, which no program can take.',
    );
  }
  if (word === '') return "''";
  return (word.match(/['\\]|[^'\\]+/g) ?? [])
    .map((part) => (part === "'" || part === '\\' ? `\\${part}` : `'${part}'`))
    .join('');
}
