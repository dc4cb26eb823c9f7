import { StringDecoder } from 'node:string_decoder';
import { clipEnd } from '#clipped-text';

const MAX_LINE_LENGTH = 16 * 1024;

/** Cuts a byte stream into lines without their ends; of one longer than 16 KiB it gives the start and the mark of a cut. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #isInLongLine = false;

  push(bytes: Buffer): string[] {
    const parts = (this.#rest + this.#decoder.write(bytes)).split('\n');
    // The rest of a line that was cut would look like a line of its own, one that may start within a secret.
    if (this.#isInLongLine && parts.length > 1) {
      parts.shift();
      this.#isInLongLine = false;
    }
    this.#rest = parts.pop() ?? '';
    const lines = parts.map((line) => clipEnd(line.replace(/\r$/, ''), MAX_LINE_LENGTH));
    if (this.#isInLongLine) this.#rest = '';
    else if (this.#rest.length > MAX_LINE_LENGTH) {
      lines.push(clipEnd(this.#rest, MAX_LINE_LENGTH));
      this.#rest = '';
      this.#isInLongLine = true;
    }
    return lines;
  }

  end(): string[] {
    const last = this.#isInLongLine ? '' : this.#rest + this.#decoder.end();
    this.#rest = '';
    return last === '' ? [] : [clipEnd(last, MAX_LINE_LENGTH)];
  }
}
