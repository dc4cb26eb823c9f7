/** One rule of the repository. */
export interface Check {
  /** The word to run it alone: `npm run check -- imports`. */
  readonly name: string;
  /** What holds when it finds nothing. */
  readonly promise: string;
  /** The problems below `root`, one sentence each, with the file's path first; empty when all is well. */
  readonly find: (root: string) => Promise<string[]>;
}
