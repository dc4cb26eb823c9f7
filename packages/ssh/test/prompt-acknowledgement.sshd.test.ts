import { Client } from 'ssh2';
import { expect, test } from 'vitest';
import { sendIgnore } from '../src/prompt-acknowledgement.ts';
import { startSshd } from './sshd.ts';

test('the ssh2 in use can send what sshd is to ignore, and the connection goes on', async () => {
  await using sshd = await startSshd();
  const { host, port, username, privateKey } = sshd.target;
  const client = new Client();
  expect(sendIgnore(client)).toBe(false);
  await new Promise<void>((resolve, reject) =>
    client.on('ready', resolve).on('error', reject).connect({ host, port, username, privateKey }),
  );
  for (let count = 0; count < 100; count++) expect(sendIgnore(client)).toBe(true);
  const code = await new Promise((resolve, reject) =>
    client.exec('exit 3', (error, channel) => (error ? reject(error) : channel.on('exit', resolve).resume())),
  );
  expect(code).toBe(3);
  client.end();
});
