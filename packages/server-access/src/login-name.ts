import type { InputReader } from '#action-kit';

/** Longer than any system lets a user's name be. */
const mostCharacters = 256;

/** Says what is wrong with the name of a user on a server, if anything is. */
export function checkLoginName(reader: InputReader, input: string, name: string | undefined): void {
  if (name === undefined) return;
  if (name.length > mostCharacters) reader.problem(input, `must have at most ${mostCharacters} characters`);
  // The plain case first: the other pattern takes longer to prepare than everything else that is done with a name.
  else if (!/^[\x21-\x7e]*$/.test(name) && /[\p{C}\p{Z}]/u.test(name)) {
    reader.problem(input, "must be a user's name, without spaces and control characters");
  }
}
