// The stack's backend. Orders are counted in Redis under `orders`, jobs are put into the list `jobs` for the workers.
//
// DATABASE_URL, REDIS_URL                              PORT  8000
import { connect } from 'node:net';
import { RedisClient } from './redis-client.ts';
import { answer, answerHealth, delay, serve, userComes, version } from './web-service.mjs';

const redis = new RedisClient(process.env.REDIS_URL);

/** PostgreSQL says yes or no to TLS before it wants to know who asks: enough to tell that it serves. */
function askDatabase() {
  const { hostname, port } = new URL(process.env.DATABASE_URL);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 5432), timeout: 2_000 });
    socket.once('connect', () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.once('data', () => {
      socket.end();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error('PostgreSQL does not answer')));
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('PostgreSQL closed the connection')));
  });
}

async function health(response) {
  const problem = await Promise.all([redis.command('PING'), askDatabase()]).then(
    () => undefined,
    (error) => error.message,
  );
  answerHealth(response, problem);
}

async function sentId(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return request.headers['x-order-id'] ?? JSON.parse(body).id;
}

await serve(Number(process.env.PORT ?? 8000), async (request, response, url) => {
  switch (url.pathname) {
    case '/health':
      return health(response);
    case '/version':
    case '/api/version':
      userComes();
      return answer(response, 200, `${version}\n`);
    case '/slow':
      await delay(Number(url.searchParams.get('ms') ?? 2000));
      return answer(response, 200, `slow hello from ${version}\n`);
    case '/orders': {
      if (request.method !== 'POST') return answer(response, 405, 'POST only\n', { allow: 'POST' });
      const id = await sentId(request);
      return answer(response, 201, { id, version, times: await redis.command('HINCRBY', 'orders', id, 1) });
    }
    case '/jobs': {
      if (request.method !== 'POST') return answer(response, 405, 'POST only\n', { allow: 'POST' });
      const id = await sentId(request);
      const ms = Number(url.searchParams.get('ms') ?? 100 + Math.random() * 200);
      await redis.command('LPUSH', 'jobs', JSON.stringify({ id, ms }));
      return answer(response, 202, { id, version });
    }
    default:
      return answer(response, 404, 'no such page\n');
  }
});
