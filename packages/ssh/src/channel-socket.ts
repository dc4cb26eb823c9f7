import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import { clipEnd } from '#clipped-text';
import type { TunnelSocket } from './contract.ts';
import { ConnectionLostError } from './ssh-errors.ts';

type Done = (error?: Error | null) => void;

export interface ChannelSocketOptions {
  /**
   * Called when a command's channel ends without having sent a byte, with its exit code and the start of its
   * stderr: what it returns becomes the socket's error.
   */
  explainSilence?: (code: number | undefined, stderr: string) => Error | undefined;
}

const MAX_STDERR_CHARACTERS = 2048;

/**
 * An SSH channel as a socket. ssh2's own Channel cannot stand for one: it lacks the socket methods http.Agent
 * calls, ignores the error given to destroy(), never calls back a write after the other side closed, and ends
 * cleanly when the connection breaks, so that a cut answer looks like a whole one.
 *
 * As with net.connect(), end() sends the end of our side and the other may go on; the other side's end ends ours.
 */
export class ChannelSocket extends Duplex implements TunnelSocket {
  readonly #channel: ClientChannel;
  #pendingWrite: Done | undefined;
  #idleMs = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  #explainSilence: ChannelSocketOptions['explainSilence'];
  #stderr = '';

  constructor(channel: ClientChannel, options: ChannelSocketOptions = {}) {
    super({ allowHalfOpen: false });
    this.#channel = channel;
    this.#explainSilence = options.explainSilence;
    // Whoever uses the socket listens for errors; one that nobody waits for any more must not end the process.
    this.on('error', () => {});
    channel.on('data', (chunk: Buffer) => {
      this.#explainSilence = undefined;
      this.#touch();
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => {
      if (!this.#explainSilence) this.push(null);
    });
    channel.on('error', (error: Error) => this.destroy(error));
    channel.on('close', (code?: number | null) => this.#closedByServer(code ?? undefined));
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = clipEnd(this.#stderr + chunk.toString('utf8'), MAX_STDERR_CHARACTERS);
    });
  }

  /** The connection below is gone: what was read so far is not the whole. */
  connectionLost(error: Error): void {
    if (!this.destroyed) this.destroy(error);
  }

  override _read(): void {
    this.#channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#touch();
    if (!this.#channel.writable) {
      done(closedByServer());
      return;
    }
    this.#pendingWrite = done;
    this.#channel.write(chunk, (error) => this.#written(error));
  }

  /** One packet for what was written while another was under way: an HTTP head and its body, usually. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], done: Done): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: Done): void {
    this.#channel.end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#idleTimer);
    this.#pendingWrite = undefined;
    this.#channel.close();
    // ssh2 frees a channel when its data have been read to the end.
    this.#channel.resume();
    done(error);
  }

  setTimeout(idleMs: number, onTimeout?: () => void): this {
    this.#idleMs = idleMs;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = undefined;
    if (onTimeout) {
      if (idleMs > 0) this.once('timeout', onTimeout);
      else this.off('timeout', onTimeout);
    }
    if (idleMs > 0 && !this.destroyed) {
      this.#idleTimer = setTimeout(() => this.emit('timeout'), idleMs);
      this.#idleTimer.unref();
    }
    return this;
  }

  get timeout(): number {
    return this.#idleMs;
  }

  // These belong to the one TCP connection below, which sets them itself.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  #touch(): void {
    this.#idleTimer?.refresh();
  }

  #written(error: Error | null | undefined): void {
    const done = this.#pendingWrite;
    this.#pendingWrite = undefined;
    done?.(error);
  }

  #closedByServer(code: number | undefined): void {
    const silence = this.#explainSilence?.(code, this.#stderr);
    if (silence) {
      this.destroy(silence);
      return;
    }
    if (this.#explainSilence) this.push(null);
    const done = this.#pendingWrite;
    this.#pendingWrite = undefined;
    if (done) done(closedByServer());
    else if (this.readableEnded) this.destroy();
    else this.once('end', () => this.destroy());
  }
}

function closedByServer(): Error {
  const error = new ConnectionLostError(
    'The other side closed the forwarded connection while data were being sent to it.',
  );
  return Object.assign(error, { code: 'EPIPE' });
}
