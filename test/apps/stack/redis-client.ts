// What the stack's programs need of Redis, in its own protocol (RESP2): commands in order over one connection, which
// is made when the first is sent and made anew after it broke. A command that was under way then fails; nothing is
// sent twice, because whether Redis has done it is not known.
import { connect, type Socket } from 'node:net';

export type Reply = string | number | null | Error | Reply[];

interface Waiting {
  resolve: (reply: Exclude<Reply, Error>) => void;
  reject: (error: Error) => void;
}

export class RedisClient {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  readonly #waiting: Waiting[] = [];
  #received = Buffer.alloc(0);

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port || 6379);
  }

  command(...words: (string | number)[]): Promise<Exclude<Reply, Error>> {
    const parts = words.map((word) => Buffer.from(String(word)));
    const text = parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('');
    return new Promise((resolve, reject) => {
      this.#socket ??= this.#connect();
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`*${parts.length}\r\n${text}`);
    });
  }

  /** Several commands of which Redis does all or none, with nothing between them. */
  async together(...commands: (string | number)[][]): Promise<Exclude<Reply, Error> | undefined> {
    const sent = [['MULTI'], ...commands, ['EXEC']].map((words) => this.command(...words));
    return (await Promise.all(sent)).at(-1);
  }

  end(): void {
    this.#socket?.destroy();
  }

  #connect(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#break(socket, error));
    socket.on('close', () => this.#break(socket, new Error('Redis closed the connection')));
    return socket;
  }

  #break(socket: Socket, error: Error): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#received = Buffer.alloc(0);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const reply = parseReply(this.#received, 0);
      if (reply === undefined) return;
      this.#received = this.#received.subarray(reply.end);
      const waiting = this.#waiting.shift();
      if (reply.value instanceof Error) waiting?.reject(reply.value);
      else waiting?.resolve(reply.value);
    }
  }
}

/** One whole reply from an offset on, undefined when some of it is still to come. */
export function parseReply(bytes: Buffer, from: number): { value: Reply; end: number } | undefined {
  const lineEnd = bytes.indexOf('\r\n', from);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString('utf8', from + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(bytes[from] ?? 0)) {
    case '+':
      return { value: line, end };
    case '-':
      return { value: new Error(line), end };
    case ':':
      return { value: Number(line), end };
    case '$': {
      const length = Number(line);
      if (length < 0) return { value: null, end };
      if (bytes.length < end + length + 2) return undefined;
      return { value: bytes.toString('utf8', end, end + length), end: end + length + 2 };
    }
    case '*': {
      if (Number(line) < 0) return { value: null, end };
      const value: Reply[] = [];
      let at = end;
      for (let left = Number(line); left > 0; left -= 1) {
        const item = parseReply(bytes, at);
        if (item === undefined) return undefined;
        value.push(item.value);
        at = item.end;
      }
      return { value, end: at };
    }
    default:
      throw new Error(`Redis sent what is no reply: ${line}`);
  }
}
