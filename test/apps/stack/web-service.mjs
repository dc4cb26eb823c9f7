// What the two web services of the stack have in common: answers that say the version, and a clean end.
//
// BOOT_MS  waits before it listens     NEVER_HEALTHY  its health page answers 503
// SICKENS_MS  its health page answers 503 so long after the first user came
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

export const version =
  process.env.VERSION ?? readFileSync(new URL('VERSION', import.meta.url), 'utf8').trim();

export const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let ending = false;
let userCameAt;

/** Called where users come who are not health checks. */
export function userComes() {
  userCameAt ??= performance.now();
}

function isSick() {
  const { NEVER_HEALTHY, SICKENS_MS } = process.env;
  return NEVER_HEALTHY || (SICKENS_MS && performance.now() - userCameAt > Number(SICKENS_MS));
}

export function answer(response, status, body, headers = {}) {
  const text = typeof body === 'string' ? body : `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    'content-type': typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-app-version': version,
    ...(ending ? { connection: 'close' } : {}),
    ...headers,
  });
  response.end(text);
}

export function answerHealth(response, problem) {
  if (isSick()) return answer(response, 503, 'not ready\n');
  return problem === undefined ? answer(response, 200, 'ok\n') : answer(response, 503, `${problem}\n`);
}

/** Serves until SIGTERM, then takes no new connections and ends when the last request is answered. */
export async function serve(port, handle) {
  const sockets = new Set();
  const server = createServer((request, response) => {
    handle(request, response, new URL(request.url, 'http://stack')).catch((error) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else answer(response, 500, `${error.message}\n`);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const end = (signal) => {
    if (ending) return;
    ending = true;
    console.log(`${version} ends after ${signal}`);
    server.close(() => process.exit(0));
    setInterval(() => {
      server.closeIdleConnections();
      // A proxy's spare connection, on which no request ever came, would keep server.close() waiting.
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    }, 250);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  await delay(Number(process.env.BOOT_MS ?? 0));
  server.listen(port, '::', () => console.log(`${version} listens on ${port}`));
}
