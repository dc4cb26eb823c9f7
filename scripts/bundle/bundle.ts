/** The files of dist/<name>/ by their path below it. */
export type Bundle = ReadonlyMap<string, Buffer>;

export interface BundleJob {
  /** The action's name, which is also its folder below dist/. */
  readonly name: string;
  /** The compiled entry, absolute. */
  readonly entry: string;
}
