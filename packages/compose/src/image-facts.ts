/** What a release reads of an image's own configuration. */
export interface ImageFacts {
  /** Of EXPOSE, TCP only. */
  readonly tcpPorts: readonly number[];
  readonly hasHealthcheck: boolean;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
}
