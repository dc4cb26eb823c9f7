// node test/machine/start-engine.ts: makes sure a Docker Engine answers, and prints where.
import { ensureEngine } from './engine.ts';

console.log(JSON.stringify(await ensureEngine()));
