// The scheduler, of which there must never be two: every 200 ms it adds `INSTANCE VERSION TIME` to the list `ticks`, so that
// a second one is seen. On SIGTERM it ends at once.
import { randomBytes } from 'node:crypto';
import { RedisClient } from './redis-client.ts';
import { version } from './web-service.mjs';

export function beat() {
  const instance = randomBytes(4).toString('hex');
  const redis = new RedisClient(process.env.REDIS_URL);
  const tick = () =>
    redis
      .command('RPUSH', 'ticks', `${instance} ${version} ${Date.now()}`)
      .catch((error) => console.error(`A tick was lost: ${error.message}`));
  const end = () => process.exit(0);
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  console.log(`${instance} of ${version} begins`);
  tick();
  setInterval(tick, 200);
}
