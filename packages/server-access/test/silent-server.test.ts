import { expect, test, vi } from 'vitest';
import { startEmbeddedServer } from '../../../test/machine/embedded-ssh-server.ts';
import { fakeEngine } from '../../engine/test/fake-engine.ts';
import { connectToServer } from '../src/index.ts';

test('a job that is cancelled after the login, while the files are silent, ends at once', async () => {
  await using server = await startEmbeddedServer();
  await using engine = await fakeEngine(() => undefined);
  server.sftpIsSilent = true;
  const { host, port, username, privateKey, knownHosts } = server;
  const target = { host, port, username, privateKey, hostKey: { knownHosts } };
  const access = {
    ssh: { target, jump: undefined, connectTimeoutMs: 5_000 },
    dockerSocket: engine.path,
  };
  const cancelling = new AbortController();
  const connecting = connectToServer(access, cancelling.signal, async () => undefined);
  const reason = new Error('cancelled');
  const cancelled = expect(connecting).rejects.toBe(reason);
  await vi.waitFor(() => expect(server.log()).toContain("subsystem 'sftp'"), { timeout: 10_000 });
  await vi.waitFor(() => expect(engine.connections()).toBe(1), { timeout: 10_000 });
  const cancelledAt = performance.now();
  cancelling.abort(reason);
  await cancelled;
  expect(performance.now() - cancelledAt).toBeLessThan(1_500);
});
