import { PassThrough } from 'node:stream';
import { Client } from 'ssh2';
import { expect, test } from 'vitest';
import { skipHostKeyProof } from '../src/host-key-proof.ts';

test('the ssh2 in use still has the place where the proof is asked for', () => {
  const client = new Client();
  client.on('error', () => {});
  expect(skipHostKeyProof(client)).toBe(false);
  client.connect({ sock: new PassThrough(), username: 'x', readyTimeout: 0 } as never);
  expect(skipHostKeyProof(client)).toBe(true);
  client.destroy();
});
