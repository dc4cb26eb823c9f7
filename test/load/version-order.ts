/**
 * Finds answers of an older version after a newer one has begun to answer.
 *
 * A version is newest from the moment its first answer arrives. A request that was sent after that moment and
 * is answered by another, earlier version is mixed. A switch back must be announced with {@link expect}: it
 * allows that version to become newest once more, so if both versions really answer in turns, the other one's
 * answers are found mixed from then on.
 */
export class VersionOrder {
  #newest: string | undefined;
  #newestSinceMs = Number.NEGATIVE_INFINITY;
  #expected = new Set<string>();
  readonly #seen = new Set<string>();

  get newest(): string | undefined {
    return this.#newest;
  }

  /** Announces that each of `versions` may answer once more. Replaces an earlier announcement. */
  expect(...versions: string[]): void {
    this.#expected = new Set(versions);
  }

  /**
   * @param sentMs when the request's bytes were written
   * @param answeredMs when its answer arrived
   * @returns whether the answer is mixed
   */
  answered(version: string, sentMs: number, answeredMs: number): boolean {
    if (version === this.#newest) return false;
    if (!this.#seen.has(version)) {
      this.#seen.add(version);
      this.#become(version, answeredMs);
      return false;
    }
    if (sentMs <= this.#newestSinceMs) return false;
    if (this.#expected.has(version)) {
      this.#become(version, answeredMs);
      return false;
    }
    return true;
  }

  #become(version: string, atMs: number): void {
    this.#newest = version;
    this.#newestSinceMs = atMs;
    this.#expected.delete(version);
  }
}
