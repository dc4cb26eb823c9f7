import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { until } from './switch-bench.ts';

export function http2Get(
  client: ClientHttp2Session,
  path: string,
  body?: string,
): Promise<{ status: number; version: string }> {
  return new Promise((resolve, reject) => {
    const stream = client.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' });
    let answer = { status: 0, version: '' };
    stream.once('error', reject);
    stream.once('response', (headers) => {
      answer = { status: Number(headers[':status']), version: String(headers['x-app-version']) };
    });
    stream.once('end', () => resolve(answer));
    stream.resume();
    stream.end(body);
  });
}

/** One keep-alive connection, driven by hand: a client library would open another when this one fails. */
export class KeptConnection {
  readonly ended: Promise<'closed' | 'reset'>;
  readonly #socket: Socket;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#text += chunk;
    });
    this.ended = new Promise((resolve) => {
      socket.once('error', () => resolve('reset'));
      socket.once('close', () => resolve('closed'));
    });
  }

  static async open(to: { host: string; port: number }): Promise<KeptConnection> {
    const socket = connect(to);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new KeptConnection(socket);
  }

  /** The version that answers. */
  async get(path = '/'): Promise<string> {
    this.#text = '';
    this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: app\r\n\r\n`);
    return await until('an answer', () => {
      const version = /^HTTP\/1\.1 200 [\s\S]*x-app-version: (\S+)[\s\S]*\r\n\r\n[\s\S]*\n$/i.exec(
        this.#text,
      )?.[1];
      if (!version && this.#socket.destroyed) throw new Error(`closed after ${JSON.stringify(this.#text)}`);
      return version;
    });
  }
}

export class TcpClient {
  readonly #socket: Socket;
  #text = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      this.#text += chunk;
    });
  }

  static async open(port: number, host = '127.0.0.1'): Promise<TcpClient> {
    const socket = connect(port, host);
    const client = new TcpClient(socket);
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return client;
  }

  get hasEnded(): boolean {
    return this.#socket.destroyed;
  }

  line(): Promise<string> {
    return until('a line', () => {
      const end = this.#text.indexOf('\n');
      if (end < 0) return undefined;
      const line = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 1);
      return line;
    });
  }

  echo(text: string): Promise<string> {
    this.#socket.write(`${text}\n`);
    return this.line();
  }

  end(): void {
    this.#socket.end();
  }
}
