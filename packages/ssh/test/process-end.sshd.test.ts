import { spawn } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startSshd } from './sshd.ts';

test('after close() nothing keeps the process alive, with a jump host either', async () => {
  await using sshd = await startSshd();
  const server = createServer((socket) => socket.on('error', () => {}));
  const socket = join(sshd.folder, 'quiet.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  chmodSync(socket, 0o777);
  for (const jump of [undefined, sshd.target]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'connect-and-close.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdin.end(JSON.stringify({ ...sshd.target, socket, jump }));
    expect(await text(child.stdout)).toBe('closed');
    const ended = performance.now();
    expect(await exited).toBe(0);
    expect(performance.now() - ended).toBeLessThan(1_000);
  }
  server.close();
});
