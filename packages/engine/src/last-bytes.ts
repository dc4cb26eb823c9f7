import { CUT_MARK } from '#clipped-text';

/** Keeps the last `limit` bytes of what is added: of a log, the end is what explains a failure. */
export class LastBytes {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #size = 0;
  truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    // Joined only now and then, so that many small pieces cost linear time.
    if (this.#size > 2 * this.#limit) this.#trim();
  }

  #trim(): void {
    const all = Buffer.concat(this.#parts);
    const kept = all.subarray(Math.max(0, all.length - this.#limit));
    if (kept.length < all.length) this.truncated = true;
    this.#parts = [Buffer.from(kept)];
    this.#size = kept.length;
  }

  /** UTF-8, after the mark of a cut if there was more; a character cut by the limit is dropped. */
  text(): string {
    this.#trim();
    const bytes = this.#parts[0] ?? Buffer.alloc(0);
    let start = 0;
    // Bytes 10xxxxxx continue a character whose start was cut off.
    while (this.truncated && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return `${this.truncated ? CUT_MARK : ''}${bytes.toString('utf8', start)}`;
  }
}
