import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Scene } from '../scene.ts';
import { secretsInLogs } from '../secret-search.ts';

const secret = 'zk9Q-canary-4711';
const own = { 'switchyard.app': 'shop' };

/** An Engine with these logs of one app's containers, and a server with this journal. */
async function search(logs: Record<string, string | undefined>, journal: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  const socket = join(folder, 'engine.sock');
  const engine = createServer((request, response) => {
    const name = /^\/containers\/([a-z]+)\/logs\?/.exec(request.url ?? '')?.[1];
    const log = name === undefined ? undefined : logs[name];
    if (request.url?.startsWith('/containers/json')) {
      const found = Object.keys(logs).map((id) => ({
        Id: id,
        Names: [`/${id}`],
        State: 'exited',
        Labels: own,
      }));
      response.end(JSON.stringify(found));
    } else if (log === undefined) response.writeHead(404).end();
    else response.end(log);
  });
  await new Promise<void>((resolve) => engine.listen(socket, resolve));
  const record = join(folder, '.switchyard', 'shop');
  await mkdir(record, { recursive: true });
  await writeFile(join(record, 'journal.jsonl'), journal);
  try {
    const stage = { app: 'shop', canaries: [secret], server: { home: folder } };
    return await secretsInLogs({ engine: { socket }, stage } as unknown as Scene);
  } finally {
    engine.closeAllConnections();
    engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

test('a secret is found in the log of any of the containers and in the journal', async () => {
  expect(await search({ blue: `token ${secret}\n`, switch: 'fine', gone: undefined }, '')).toEqual([
    'A secret (plain) is in the log of blue.',
  ]);
  const encoded = Buffer.from(secret).toString('base64');
  expect(await search({ switch: `Basic ${encoded}` }, `{"text":"${secret}"}\n`)).toEqual([
    'A secret (plain) is in the journal.',
    'A secret (base64) is in the log of switch.',
  ]);
  expect(await search({ blue: 'v1 starts', switch: '' }, '{}')).toEqual([]);
});
