import { connect, type Socket } from 'node:net';
import type { Attempt } from './recorder.ts';
import { type ResponseHead, ResponseParser } from './response-parser.ts';

export interface ServerAddress {
  host: string;
  port: number;
  versionHeader: string;
}

export interface ConnectionEvents {
  /** The whole answer to the request has arrived. */
  answered(connection: HttpConnection, head: ResponseHead): void;
  /** The request on the connection, or the stream that it became, ended before its time. */
  failed(connection: HttpConnection, reason: string, head: ResponseHead | undefined): void;
  /** The server closed the connection while no request was on it. */
  idleClosed?(connection: HttpConnection): void;
  head?(connection: HttpConnection, head: ResponseHead): void;
  /** The bytes are valid during the call only. */
  body?(connection: HttpConnection, chunk: Buffer): void;
  upgraded?(connection: HttpConnection, head: ResponseHead): void;
  /** Bytes after an upgrade, valid during the call only. */
  raw?(connection: HttpConnection, chunk: Buffer): void;
}

// One read buffer for all connections: a read and its callback are one step of the event loop, and whoever
// keeps bytes copies them. Without it every read allocates 64 KiB.
const readBuffer = Buffer.allocUnsafe(64 * 1024);

/** One TCP connection that carries one request at a time. It never retries anything. */
export class HttpConnection {
  readonly socket: Socket;
  /** The request under way. */
  attempt: Attempt | undefined;
  readonly #events: ConnectionEvents;
  readonly #clock: () => number;
  readonly #parser: ResponseParser;
  #head: ResponseHead | undefined;
  #connected = false;
  #unsent: string | undefined;
  #upgraded = false;
  #over = false;

  constructor(server: ServerAddress, clock: () => number, events: ConnectionEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#parser = new ResponseParser(
      {
        head: (head) => {
          this.#head = head;
          events.head?.(this, head);
        },
        body: (chunk) => events.body?.(this, chunk),
        end: (head) => {
          this.#head = undefined;
          events.answered(this, head);
        },
        upgrade: (head, rest) => {
          this.#upgraded = true;
          events.upgraded?.(this, head);
          if (rest.length > 0) events.raw?.(this, rest);
        },
      },
      server.versionHeader,
    );
    this.socket = connect({
      host: server.host,
      port: server.port,
      noDelay: true,
      autoSelectFamily: false,
      onread: {
        buffer: readBuffer,
        callback: (length) => {
          this.#read(readBuffer.subarray(0, length));
          return true;
        },
      },
    });
    this.socket.on('connect', () => {
      this.#connected = true;
      if (this.#unsent !== undefined) this.#write(this.#unsent);
      this.#unsent = undefined;
    });
    this.socket.on('end', () => this.#ended());
    this.socket.on('error', (error: NodeJS.ErrnoException) => this.#lost(reasonOf(error)));
    this.socket.on('close', () => this.#lost('closed'));
  }

  /** Sends one request. The connection must be free. */
  request(attempt: Attempt, bytes: string): void {
    this.attempt = attempt;
    if (this.#connected) this.#write(bytes);
    else this.#unsent = bytes;
  }

  /** Ends the connection without another event. */
  close(): void {
    this.#over = true;
    this.socket.destroy();
  }

  /** Gives the request up. */
  giveUp(reason: string): void {
    this.#lost(reason);
  }

  #write(bytes: string): void {
    if (this.attempt !== undefined) this.attempt.sentMs = this.#clock();
    this.socket.write(bytes, 'latin1');
  }

  #read(chunk: Buffer): void {
    if (this.#over) return;
    if (this.#upgraded) {
      this.#events.raw?.(this, chunk);
      return;
    }
    if (this.attempt === undefined && this.#parser.idle) {
      // Bytes that nobody asked for (a 408 for an idle connection): the server is giving this connection up.
      this.#lost('unasked bytes');
      return;
    }
    try {
      this.#parser.write(chunk);
    } catch (error) {
      this.#lost(`malformed: ${(error as Error).message}`);
    }
  }

  #ended(): void {
    if (this.#over) return;
    if (!this.#upgraded && this.#parser.finish()) {
      this.close();
      return;
    }
    this.#lost('closed');
  }

  #lost(reason: string): void {
    if (this.#over) return;
    this.close();
    if (this.attempt === undefined) this.#events.idleClosed?.(this);
    else this.#events.failed(this, reason, this.#head);
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset';
    case 'ECONNREFUSED':
      return 'refused';
    default:
      return error.code ?? 'unknown';
  }
}
