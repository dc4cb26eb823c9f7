import type { OrderReport } from '../load/report.ts';
import { type OrderVerdict, verifyOrders } from '../load/verify-orders.ts';
import type { JobHistory } from './job-verdict.ts';
import { parseTick, type Tick } from './tick-verdict.ts';

/** One command of the stack's Redis, as redis-cli takes it; gives what that writes. */
export type AskRedis = (...words: string[]) => Promise<string>;

// All at one moment: a job that goes from one list to the next while they are read would be in none or in both.
const jobsNow = `
local function counts(key)
  local flat, found = redis.call('HGETALL', key), {}
  for at = 1, #flat, 2 do found[flat[at]] = tonumber(flat[at + 1]) end
  return found
end
local now = { started = counts('jobs:started'), done = counts('jobs:done') }
now.waiting = redis.call('LRANGE', 'jobs', 0, -1)
now.inHand, now.stranded = {}, {}
for _, key in ipairs(redis.call('KEYS', 'jobs:in-hand:*')) do
  local alive = redis.call('EXISTS', 'jobs:alive:' .. key:sub(#'jobs:in-hand:' + 1)) == 1
  local list = alive and now.inHand or now.stranded
  for _, job in ipairs(redis.call('LRANGE', key, 0, -1)) do list[#list + 1] = job end
end
return cjson.encode(now)
`;

interface JobsNow {
  started: Record<string, number>;
  done: Record<string, number>;
  waiting: unknown;
  inHand: unknown;
  stranded: unknown;
}

export async function jobHistory(ask: AskRedis, accepted: readonly string[]): Promise<JobHistory> {
  const { started, done, waiting, inHand, stranded } = JSON.parse(await ask('EVAL', jobsNow, '0')) as JobsNow;
  // An empty list is an empty object to Lua.
  const ids = (list: unknown) =>
    Object.values(list as Record<string, string>).map((job) => (JSON.parse(job) as { id: string }).id);
  return {
    accepted,
    started,
    done,
    waiting: ids(waiting),
    inHand: ids(inHand),
    stranded: ids(stranded),
  };
}

export async function ticksSoFar(ask: AskRedis): Promise<Tick[]> {
  return lines(await ask('LRANGE', 'ticks', '0', '-1')).map(parseTick);
}

/** Whether each order that was confirmed has been applied once. */
export async function ordersOf(
  ask: AskRedis,
  { sentIds, acknowledgedIds }: OrderReport,
): Promise<OrderVerdict> {
  const flat = lines(await ask('HGETALL', 'orders'));
  const applied = flat.flatMap((id, index) =>
    index % 2 === 0 ? Array.from({ length: Number(flat[index + 1]) }, () => id) : [],
  );
  return verifyOrders(sentIds, acknowledgedIds, applied.join('\n'));
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
