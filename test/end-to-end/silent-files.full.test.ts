import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../machine/embedded-ssh-server.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { errorsOf, headlineOf } from './run-deploy.ts';
import { openStand, type Stand, type TestApp } from './stand.ts';

// A server whose disk or network home hangs: SFTP takes every request and answers none. A job that is cancelled then
// ends within the runner's ten seconds, and the traffic is where it belongs.

describeWithEngine('a job that is cancelled while the files of its server are silent', () => {
  let stand: Stand;
  let server: EmbeddedServer;
  let app: TestApp;
  beforeAll(async () => {
    [stand, server] = await Promise.all([openStand(['v1', 'v2']), startEmbeddedServer()]);
  });
  afterAll(async () => {
    await stand?.close();
    await server?.close();
  });
  beforeEach(async () => {
    server.sftpIsSilent = false;
    server.fsyncMs = 0;
    app = await stand.app({ server });
    await app.deploy(stand.images.v1);
  });

  /** Goes silent and cancels at the same line. */
  const silentAt = (line: RegExp) => (text: string) => {
    if (!line.test(text)) return false;
    server.sftpIsSilent = true;
    return true;
  };
  const inTime = (result: ActionResult) => {
    expect(result.sentSignals.map(({ signal }) => signal)).toEqual(['SIGINT']);
    expect(result.signal).toBeUndefined();
    expect(result.conclusion).toBe('cancelled');
    expect(errorsOf(result)).toHaveLength(1);
  };
  const nextDeployWorks = async () => {
    server.sftpIsSilent = false;
    await app.ageLease();
    await app.deploy(stand.images.v2, { 'expected-version': 'v2' });
    expect(await app.version()).toBe('v2');
    await app.remove();
  };

  test('at its start: nothing has changed', async () => {
    server.sftpIsSilent = true;
    const logins = server.log().length;
    const cancelling = new AbortController();
    const running = app.run(stand.images.v2, {}, { signal: cancelling.signal });
    await vi.waitFor(() => expect(server.log().slice(logins)).toContain("subsystem 'sftp'"), 20_000);
    cancelling.abort();
    const result = await running;
    inTime(result);
    expect(headlineOf(result)).toBe('The run was cancelled.');
    expect(await app.version()).toBe('v1');
    await nextDeployWorks();
  });

  test('before the switch: the old version serves on', async () => {
    const result = await app.run(
      stand.images.v2,
      { 'healthy-threshold': '1000' },
      { cancelAfter: silentAt(/Health check 1: /) },
    );
    inTime(result);
    expect(headlineOf(result)).toMatch(/ancelled.* Release \S+ \(blue\) still serves\.$/);
    expect(await app.version()).toBe('v1');
    await nextDeployWorks();
  });

  test('while it watches: the traffic goes back all the same', async () => {
    const pulse = app.startPulse();
    const result = await app.run(stand.images.v2, { watch: '60s' }, { cancelAfter: silentAt(/Watching: /) });
    inTime(result);
    expect(await app.version()).toBe('v1');
    expect((await pulse.stop()).failures).toEqual([]);
    await nextDeployWorks();
  });

  test('while it watches, on a disk that is only busy: the traffic goes back, and nothing is left running', async () => {
    const pulse = app.startPulse();
    const busyAt = (text: string) => {
      if (!/Watching: /.test(text)) return false;
      server.fsyncMs = 2_500;
      return true;
    };
    const result = await app.run(stand.images.v2, { watch: '60s' }, { cancelAfter: busyAt });
    server.fsyncMs = 0;
    expect(result.conclusion).toBe('cancelled');
    expect(await app.version()).toBe('v1');
    expect((await pulse.stop()).failures).toEqual([]);
    expect(result.log).toContain('Switched back to release');
    await app.ageLease();
    await app.deploy(stand.images.v2, { 'expected-version': 'v2' });
    expect(await app.version()).toBe('v2');
    await app.remove();
  });
});
