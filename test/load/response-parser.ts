/** What a client needs of an HTTP/1.1 response head (RFC 9112). */
export interface ResponseHead {
  status: number;
  /** The value of the version header. */
  version: string | undefined;
  keepAlive: boolean;
  webSocketAccept: string | undefined;
}

export interface ResponseEvents {
  head?(head: ResponseHead): void;
  /** The bytes are valid during the call only. */
  body?(chunk: Buffer): void;
  /** The whole response is there. */
  end(head: ResponseHead): void;
  /** 101: whatever follows is no longer HTTP. The bytes are valid during the call only. */
  upgrade?(head: ResponseHead, rest: Buffer): void;
}

export class MalformedResponseError extends Error {
  override name = 'MalformedResponseError';
}

const maxHeadBytes = 16 * 1024;
const maxSizeLine = 64;
const empty = Buffer.alloc(0);

type Stage = 'head' | 'length' | 'until-close' | 'size' | 'chunk' | 'chunk-end' | 'trailer' | 'upgraded';

/**
 * Reads one response after the other from the bytes of one connection. Own code instead of node:http because
 * the generator shares two cores with what it measures: see `main.ts` for the figures.
 */
export class ResponseParser {
  readonly #events: ResponseEvents;
  readonly #versionHeader: string;
  #stage: Stage = 'head';
  #pending: Buffer = empty;
  #head: ResponseHead | undefined;
  #left = 0;

  /** @param versionHeader in lower case */
  constructor(events: ResponseEvents, versionHeader: string) {
    this.#events = events;
    this.#versionHeader = versionHeader;
  }

  /** True between two responses. */
  get idle(): boolean {
    return this.#stage === 'head' && this.#pending.length === 0;
  }

  /**
   * @throws MalformedResponseError when the bytes are not an HTTP/1.1 response
   */
  write(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#pending.length > 0) {
      bytes = Buffer.concat([this.#pending, chunk]);
      this.#pending = empty;
    }
    let at = 0;
    while (at < bytes.length && this.#stage !== 'upgraded') {
      const next = this.#step(bytes, at);
      if (next === undefined) {
        // Copied: the caller reuses its buffer.
        this.#pending = Buffer.from(bytes.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** The connection ended. True when that is how this response says it ends. */
  finish(): boolean {
    if (this.#stage !== 'until-close') return false;
    this.#complete();
    return true;
  }

  #step(bytes: Buffer, at: number): number | undefined {
    switch (this.#stage) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'length':
      case 'chunk': {
        const end = Math.min(bytes.length, at + this.#left);
        this.#events.body?.(bytes.subarray(at, end));
        this.#left -= end - at;
        if (this.#left === 0) {
          if (this.#stage === 'length') this.#complete();
          else this.#stage = 'chunk-end';
        }
        return end;
      }
      case 'until-close':
        this.#events.body?.(bytes.subarray(at));
        return bytes.length;
      case 'chunk-end': {
        if (bytes.length - at < 2) return undefined;
        if (bytes[at] !== 13 || bytes[at + 1] !== 10)
          throw new MalformedResponseError('chunk without an end');
        this.#stage = 'size';
        return at + 2;
      }
      default:
        return this.#readLine(bytes, at);
    }
  }

  #readLine(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf('\r\n', at, 'latin1');
    if (end < 0) {
      if (bytes.length - at > maxHeadBytes) throw new MalformedResponseError('line too long');
      return undefined;
    }
    const line = bytes.toString('latin1', at, end);
    if (this.#stage === 'trailer') {
      if (line === '') this.#complete();
      return end + 2;
    }
    const size = line.split(';', 1)[0]?.trim() ?? '';
    if (line.length > maxSizeLine || !/^[0-9a-f]{1,8}$/i.test(size)) {
      throw new MalformedResponseError('bad chunk size');
    }
    this.#left = Number.parseInt(size, 16);
    this.#stage = this.#left === 0 ? 'trailer' : 'chunk';
    return end + 2;
  }

  #readHead(bytes: Buffer, at: number): number | undefined {
    const end = bytes.indexOf('\r\n\r\n', at, 'latin1');
    if (end < 0) {
      if (bytes.length - at > maxHeadBytes) throw new MalformedResponseError('head too long');
      return undefined;
    }
    const text = bytes.toString('latin1', at, end);
    const bodyAt = end + 4;
    if (!text.startsWith('HTTP/1.')) throw new MalformedResponseError('not an HTTP/1.1 answer');
    const status = Number(text.slice(9, 12));
    if (!(status >= 100 && status <= 599)) throw new MalformedResponseError('bad status');
    const head: ResponseHead = {
      status,
      version: undefined,
      keepAlive: text[7] !== '0',
      webSocketAccept: undefined,
    };
    let length = -1;
    let chunked = false;
    let lineAt = text.indexOf('\r\n');
    while (lineAt >= 0) {
      const nextAt = text.indexOf('\r\n', lineAt + 2);
      const colon = text.indexOf(':', lineAt + 2);
      // Only these lengths belong to headers that matter, which spares lower-casing the others.
      const nameLength = colon - lineAt - 2;
      if (
        nameLength === 10 ||
        nameLength === 14 ||
        nameLength >= 17 ||
        nameLength === this.#versionHeader.length
      ) {
        const name = text.slice(lineAt + 2, colon).toLowerCase();
        const value = text.slice(colon + 1, nextAt < 0 ? text.length : nextAt).trim();
        if (name === 'content-length') {
          if (!/^\d{1,10}$/.test(value)) throw new MalformedResponseError('bad content-length');
          length = Number(value);
        } else if (name === this.#versionHeader) head.version = value;
        else if (name === 'transfer-encoding') chunked = /\bchunked$/i.test(value);
        else if (name === 'connection') {
          if (/\bclose\b/i.test(value)) head.keepAlive = false;
        } else if (name === 'sec-websocket-accept') head.webSocketAccept = value;
      }
      lineAt = nextAt;
    }
    if (status >= 100 && status < 200 && status !== 101) return bodyAt;
    this.#head = head;
    this.#events.head?.(head);
    if (status === 101) {
      this.#stage = 'upgraded';
      this.#events.upgrade?.(head, bytes.subarray(bodyAt));
      return bytes.length;
    }
    if (status === 204 || status === 304 || (!chunked && length === 0)) this.#complete();
    else if (chunked) this.#stage = 'size';
    else if (length > 0) {
      this.#stage = 'length';
      this.#left = length;
    } else {
      this.#stage = 'until-close';
      head.keepAlive = false;
    }
    return bodyAt;
  }

  #complete(): void {
    const head = this.#head as ResponseHead;
    this.#head = undefined;
    this.#stage = 'head';
    this.#events.end(head);
  }
}
