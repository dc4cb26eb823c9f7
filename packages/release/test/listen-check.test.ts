import { describe, expect, test } from 'vitest';
import { checkListenAddress } from '../src/listen-check.ts';
import type { Server } from '../src/server.ts';
import { MemoryFiles } from './memory-files.ts';

const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n';

type Answer = { code: number | undefined; stdout: string; stderr: string };

/** A server whose commands answer like this; what there is of the two tables is told by `test -e`. */
function serverWith(answer: Partial<Answer>, missing: readonly string[] = []): Server {
  return {
    home: '/home/deploy',
    files: new MemoryFiles(),
    engine: { containers: { list: async () => [] } },
    exec: async ([program, , path = '']: readonly string[]) =>
      program === 'test'
        ? { code: missing.includes(path) ? 1 : 0, stdout: '', stderr: '' }
        : { code: 0, stdout: header, stderr: '', ...answer },
  } as unknown as Server;
}

const check = (server: Server) => checkListenAddress(server, 'shop', { host: '127.0.0.1', port: 8080 });

describe('the listening address', () => {
  test('is free when nothing listens there, and taken when something does', async () => {
    await check(serverWith({}));
    await expect(check(serverWith({ stdout: header + row }))).rejects.toThrow(
      'The address 127.0.0.1:8080 on the server is taken by a process of user id 0;',
    );
  });

  test('is known where a start-up file of the login shell prints something before the tables', async () => {
    await check(serverWith({ stdout: `Welcome to prod\nno end of line${header}` }));
  });

  test('is known on a server without IPv6, which has no table for it', async () => {
    const answer = { code: 1, stderr: 'head: /proc/net/tcp6: No such file or directory\n' };
    await check(serverWith(answer, ['/proc/net/tcp6']));
    await expect(check(serverWith({ ...answer, stdout: header + row }, ['/proc/net/tcp6']))).rejects.toThrow(
      'is taken by',
    );
  });

  test.each<[string, Partial<Answer>, string[]]>([
    ['there is no head', { code: 127, stdout: '', stderr: 'sh: head: not found\n' }, []],
    ['one table may not be read', { code: 1, stderr: 'head: /proc/net/tcp6: Permission denied\n' }, []],
    ['neither is there', { code: 1, stdout: '' }, ['/proc/net/tcp', '/proc/net/tcp6']],
    ['the first is missing', { code: 1 }, ['/proc/net/tcp']],
    ['the server runs something else instead', { code: 0, stdout: 'Welcome!\n' }, []],
    ['it was killed', { code: undefined }, []],
  ])('is not taken for free when %s', async (_, answer, missing) => {
    const refusal = await check(serverWith(answer, missing)).catch((error: Error) => error.message);
    expect(refusal).toMatch(
      /^Whether 127\.0\.0\.1:8080 on the server is free is not known, because \/proc\/net\/tcp and \/proc\/net\/tcp6 could not be read there \(.+\); the deploy user .*\.$/,
    );
    if (answer.stderr) expect(refusal).toContain(`(${answer.stderr.trim()})`);
  });
});
