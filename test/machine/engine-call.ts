import { type IncomingMessage, request } from 'node:http';

export interface CallOptions {
  method?: string;
  body?: Buffer | readonly Buffer[];
  contentType?: string;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

/** One call of the Engine's API, for setting up tests; the product's own client is what is being tested. */
export async function callEngine(
  socket: string,
  path: string,
  options: CallOptions = {},
): Promise<{ status: number; text: string }> {
  const chunks =
    options.body === undefined ? [] : Array.isArray(options.body) ? options.body : [options.body];
  const length = chunks.reduce((sum: number, chunk: Buffer) => sum + chunk.length, 0);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request({
    socketPath: socket,
    path,
    method: options.method ?? 'GET',
    headers: {
      'content-length': length,
      'content-type': options.contentType ?? 'application/json',
      ...options.headers,
    },
    timeout: options.timeoutMs ?? 120_000,
  });
  sent.on('response', resolve);
  sent.on('timeout', () => sent.destroy(new Error(`The Engine did not answer ${path} in time.`)));
  sent.on('error', reject);
  for (const chunk of chunks) sent.write(chunk);
  sent.end();
  const response = await promise;
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return { status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') };
}
