/** Something in the Compose file that a release cannot take, and what to write in its place. */
export interface Refusal {
  /** Keys from the top of the file to what it is about, list items by their index: `['services', 'api', 'ports', '0']`. */
  readonly path: readonly string[];
  /** Names the service and says what does not work: "api publishes 53/udp, which its switch cannot pass on". */
  readonly problem: string;
  /** What to do, in the imperative: "give the port a service of its own". */
  readonly instead: string;
}

/** Something that works, and that a person should know before. */
export interface Notice {
  readonly path: readonly string[];
  readonly text: string;
}
