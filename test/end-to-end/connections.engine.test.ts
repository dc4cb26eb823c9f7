import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { startTestServer } from '../machine/server.ts';
import { deployTwice } from './deploy-twice.ts';
import { openStand, type Stand } from './stand.ts';

// The ways to a server: whatever its sshd allows or forbids, a deploy and the next one go through.

describeWithEngine('a way to the server', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2']);
  });
  afterAll(() => stand?.close());

  test("that forwards nothing and has sshd's default of ten sessions", async () => {
    await using server = await startTestServer({ maxSessions: 10, disableForwarding: true });
    await deployTwice(stand, server);
  });

  test('through a jump host, known by fingerprints, with a key that has a passphrase', async () => {
    await using jump = await startTestServer();
    await using server = await startTestServer();
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-key-'));
    const passphrase = 'x4Pj-passphrase-canary-81';
    const file = join(folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-a', '4', '-N', passphrase, '-f', file]);
    const key = readFileSync(file, 'utf8');
    for (const one of [jump, server]) await one.authorize(readFileSync(`${file}.pub`, 'utf8'));
    await rm(folder, { recursive: true });
    await deployTwice(stand, server, {
      'private-key': key,
      passphrase,
      'known-hosts': '',
      'host-fingerprint': server.fingerprint,
      'jump-host': jump.host,
      'jump-port': String(jump.port),
      'jump-username': jump.username,
      'jump-host-fingerprint': jump.fingerprint,
    });
    expect(jump.log()).toContain('Accepted publickey');
  });
});
