import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BearerCredentialHandler } from '../lib/auth.js';
import { HttpClient, HttpClientError } from '../lib/index.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function startServer(answers: Answer[]) {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    if (answer) answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=1`;
  return { url, seen, [Symbol.asyncDispose]: async () => void server.close() };
}

const status =
  (code: number, body = ''): Answer =>
  (_request, response) =>
    response.writeHead(code).end(body);

const quick = { allowRetries: true, maxRetries: 3, firstRetryDelayMs: 1 };

beforeEach(() => {
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY']) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => vi.unstubAllEnvs());

test('sends the bearer token and the query, and reads JSON', async () => {
  await using server = await startServer([status(200, '{"value":"jwt"}')]);
  const client = new HttpClient('actions/oidc-client', [new BearerCredentialHandler('secret')], quick);
  const answer = await client.getJson<{ value: string }>(server.url);
  expect(answer).toMatchObject({ statusCode: 200, result: { value: 'jwt' } });
  expect(server.seen[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'user-agent': 'actions/oidc-client',
    accept: 'application/json',
  });
  expect(server.seen[0]?.url).toBe('/token?api-version=1');
});

test('tries again after 503 and after a reset connection', async () => {
  await using server = await startServer([
    status(503),
    (request) => request.socket.destroy(),
    status(200, '{"value":"jwt"}'),
  ]);
  const answer = await new HttpClient('x', [], quick).getJson<{ value: string }>(server.url);
  expect(answer.result).toEqual({ value: 'jwt' });
  expect(server.seen).toHaveLength(3);
});

test('gives up after the last attempt, with the status on the error', async () => {
  await using server = await startServer([status(503, '{"message":"busy"}')]);
  const error = await new HttpClient('x', [], quick).getJson(server.url).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HttpClientError);
  expect(error).toMatchObject({ statusCode: 503, message: 'busy', result: { message: 'busy' } });
  expect(server.seen).toHaveLength(4);
});

test('does not repeat a refusal', async () => {
  await using server = await startServer([status(403, 'no')]);
  await expect(new HttpClient('x', [], quick).getJson(server.url)).rejects.toMatchObject({
    statusCode: 403,
    message: 'no',
  });
  expect(server.seen).toHaveLength(1);
});

test('404 and a body that is not JSON have no result', async () => {
  await using server = await startServer([status(404, 'gone'), status(200, '<html>')]);
  const client = new HttpClient('x', [], quick);
  expect(await client.getJson(server.url)).toMatchObject({ statusCode: 404, result: null });
  expect(await client.getJson(server.url)).toMatchObject({ statusCode: 200, result: null });
});

test('stops at a server that stays silent', async () => {
  await using server = await startServer([() => undefined]);
  const client = new HttpClient('x', [], { socketTimeout: 50 });
  await expect(client.getJson(server.url)).rejects.toThrow('did not answer in time');
});

test('refuses an answer without end', async () => {
  await using server = await startServer([status(200, 'x'.repeat(2 * 1024 * 1024))]);
  await expect(new HttpClient('x', [], quick).getJson(server.url)).rejects.toThrow('larger than 1 MiB');
});

test('goes through the proxy of the environment', async () => {
  await using proxy = await startServer([status(200, '{"value":"by proxy"}')]);
  vi.stubEnv('http_proxy', new URL(proxy.url).origin);
  const answer = await new HttpClient('x', []).getJson('http://token.invalid/token?a=1');
  expect(answer.result).toEqual({ value: 'by proxy' });
  expect(proxy.seen[0]?.url).toBe('http://token.invalid/token?a=1');
});

test('@actions/core gets its token through this client', async () => {
  await using server = await startServer([status(502), status(200, '{"value":"jwt"}')]);
  vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_URL', server.url);
  vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'request-token');
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    // The URL of the module proves which of the two clients npm gave to @actions/core.
    const core = new URL(import.meta.resolve('@actions/core'));
    expect(import.meta.resolve('@actions/http-client', core.href)).not.toContain(
      'node_modules/@actions/core/',
    );
    const { getIDToken } = await import('@actions/core');
    expect(await getIDToken('https://example.test')).toBe('jwt');
  } finally {
    written.mockRestore();
  }
  expect(server.seen[1]?.url).toBe('/token?api-version=1&audience=https%3A%2F%2Fexample.test');
  expect(server.seen[1]?.headers.authorization).toBe('Bearer request-token');
});
