// Takes jobs as Celery does with acks_late: a job stays in the worker's own list until it is done. How often each was
// begun and ended is counted under `jobs:started` and `jobs:done`. On SIGTERM no new job is taken, those in hand are
// finished, and the program ends with 0.
//
// A job of hours ends early when its id is put into the set `jobs:enough`.
import { randomBytes } from 'node:crypto';
import { RedisClient } from './redis-client.ts';
import { delay, version } from './web-service.mjs';

const longMs = 1_000;

export async function work(concurrency) {
  const name = `${version}-${randomBytes(4).toString('hex')}`;
  const hand = `jobs:in-hand:${name}`;
  const redis = new RedisClient(process.env.REDIS_URL);
  let ending = false;
  const end = (signal) => {
    ending = true;
    console.log(`${name} ends after ${signal} and what it has in hand`);
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Who reads the lists has to know whether somebody is still at work on them.
  const sayAlive = () =>
    redis.command('SET', `jobs:alive:${name}`, version, 'PX', 3_000).catch(() => undefined);
  await sayAlive();
  const alive = setInterval(sayAlive, 500);

  async function spend({ id, ms }) {
    if (ms <= longMs) return delay(ms);
    const until = performance.now() + ms;
    while (performance.now() < until && (await redis.command('SISMEMBER', 'jobs:enough', id)) === 0)
      await delay(200);
  }

  async function takeJobs() {
    // Its own connection: a command that waits for a job holds up those behind it.
    const queue = new RedisClient(process.env.REDIS_URL);
    while (!ending) {
      const entry = await queue.command('BLMOVE', 'jobs', hand, 'RIGHT', 'LEFT', '0.3');
      if (entry === null) continue;
      const job = JSON.parse(entry);
      await redis.command('HINCRBY', 'jobs:started', job.id, 1);
      await spend(job);
      await redis.together(['HINCRBY', 'jobs:done', job.id, 1], ['LREM', hand, 1, entry]);
    }
    queue.end();
  }

  console.log(`${name} takes jobs, ${concurrency} at a time`);
  await Promise.all(Array.from({ length: concurrency }, takeJobs));
  clearInterval(alive);
  await redis.command('DEL', `jobs:alive:${name}`);
  redis.end();
}
