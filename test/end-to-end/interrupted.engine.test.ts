import { chownSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import type { ActionResult } from '../runner/run-action.ts';
import { errorsOf, headlineOf } from './run-deploy.ts';
import { type Answer, openStand, type Stand, type TestApp } from './stand.ts';

// A job that is cancelled, or killed, at any step: no request is lost, the state is what is documented, and the
// next deploy works.

describeWithEngine('a slot whose container died', () => {
  test('gives the requests that still wait for it to no candidate', async () => {
    await using stand = await openStand(['v1', 'v2']);
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const direct = async (color: string) => {
      const socket = connect(join(app.folder, 'switch', 'admin-1.sock'));
      await new Promise((resolve) =>
        socket.once('close', resolve).resume().end(`set map /switchyard/live.map live ${color}\n`),
      );
    };
    // As after a switch to a container that dies in the same moment: HAProxy tries to reach it again and again.
    await direct('green');
    const waiting = app.ask('/version', { timeout: 60_000 }).then(
      ({ body }) => body,
      (error: Error) => error.message,
    );
    await delay(300);
    await direct('blue');
    const next = await app.deploy(stand.images.v2, { 'expected-version': 'v2', 'pre-deploy': 'sleep 1' });
    expect(next.exitCode).toBe(0);
    expect(await waiting).not.toContain('v2');
    expect(await app.version()).toBe('v2');
    await app.remove();
  });
});

describeWithEngine('a job that ends in the middle', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']>;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
    await app.deploy(stand.images.v1);
    pulse = app.startPulse();
  });
  afterEach(async () => {
    const { failures } = await pulse.stop();
    expect(failures).toEqual([]);
    await app.remove();
  });

  const nextDeployWorks = async () => {
    const next = await app.deploy(stand.images.v1, {
      'expected-version': 'v1',
      'lock-wait': '20s',
      'drain-timeout': '20s',
    });
    await app.expectTidy({ standby: 1 });
    expect(await app.version()).toBe('v1');
    return next;
  };
  const inTime = (result: ActionResult) => {
    const [interrupt] = result.sentSignals;
    expect(interrupt?.signal).toBe('SIGINT');
    // The runner's second and third word were not needed.
    expect(result.sentSignals).toHaveLength(1);
    expect(result.signal).toBeUndefined();
    expect(errorsOf(result).length).toBeLessThanOrEqual(1);
    expect(headlineOf(result)).not.toBe('');
  };

  /** What makes a deploy stay in a step, and the line of its log that says that it is there. */
  const before: Record<string, readonly [inputs: Record<string, string>, line: RegExp]> = {
    'waits for health': [{ 'healthy-threshold': '1000' }, /Health check 1: /],
    'runs pre-deploy': [{ 'pre-deploy': 'sleep 60' }, /Running pre-deploy/],
  };
  const after: typeof before = {
    watches: [{ watch: '60s' }, /Watching: /],
    drains: [{ 'drain-timeout': '60s' }, /Draining: /],
  };

  describe('cancelled', () => {
    test('while it pulls: nothing has changed', async () => {
      const image = await publishAppImage(stand.registry, { version: `slow-${app.name}` });
      stand.registry.faults.setFault({ kind: 'hang' });
      const result = await app
        .run(image, {}, { cancelAfter: (line) => line.includes('Live now') })
        .finally(() => stand.registry.faults.setFault({ kind: 'none' }));
      stand.registry.faults.cutAll();
      inTime(result);
      expect(await app.version()).toBe('v1');
      await app.expectTidy();
      await nextDeployWorks();
    });

    test.each(Object.entries(before))('while it %s: the old version serves on', async (_, [inputs, line]) => {
      const result = await app.run(stand.images.v2, inputs, { cancelAfter: (text) => line.test(text) });
      inTime(result);
      expect(headlineOf(result)).toMatch(/ancelled.* Release \S+ \(blue\) still serves\.$/);
      expect(JSON.parse(result.outputs.verdict ?? '{}')).toMatchObject({
        outcome: 'cancelled',
        switched: false,
      });
      expect(await app.version()).toBe('v1');
      await app.expectTidy();
      await nextDeployWorks();
    });

    test('while it watches: the old version serves again', async () => {
      const [inputs, line] = after.watches ?? [{}, /x/];
      const result = await app.run(stand.images.v2, inputs, { cancelAfter: (text) => line.test(text) });
      inTime(result);
      expect(headlineOf(result)).toMatch(/ancelled.* Release \S+ \(blue\) serves again\.$/);
      expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'true' });
      expect(await app.version()).toBe('v1');
      await app.expectTidy();
      await nextDeployWorks();
    });

    test('while it drains: the new version serves and stays', async () => {
      let slow: Promise<Answer> | undefined;
      const result = await app.run(
        stand.images.v2,
        { 'drain-timeout': '60s' },
        {
          onLine: (text) => {
            if (/Waiting until/.test(text)) slow = app.ask('/slow?ms=9000', { timeout: 30_000 });
          },
          cancelAfter: (text) => /Draining: /.test(text),
        },
      );
      inTime(result);
      expect(headlineOf(result)).toMatch(/Release \S+ \(green\) serves\.$/);
      expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'false' });
      expect(await app.version()).toBe('v2');
      expect((await slow)?.body).toContain('slow hello from v1');
      await nextDeployWorks();
    });
  });

  test('whose lease another run has taken over: it takes nothing back', async () => {
    const successor = { token: 'x', since: new Date().toISOString(), released: true };
    const result = await app.run(
      stand.images.v2,
      { 'pre-deploy': 'sleep 2' },
      {
        onLine: (text) => {
          if (!/Running pre-deploy/.test(text)) return;
          const folder = join(app.folder, 'lease');
          const [own = ''] = readdirSync(folder).toSorted().toReversed();
          const next = `${String(Number.parseInt(own, 10) + 1).padStart(9, '0')}.json`;
          writeFileSync(join(folder, next), JSON.stringify(successor), { mode: 0o600 });
          const { uid, gid } = statSync(join(folder, own));
          chownSync(join(folder, next), uid, gid);
        },
      },
    );
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false' });
    expect(result.outputs.reason).toContain('Nothing was taken back, because another run is in charge.');
    // The candidate may be what the other run works with by now.
    expect((await app.containers()).filter(({ role }) => role === 'app')).toHaveLength(2);
    expect(await app.version()).toBe('v1');
    await nextDeployWorks();
  });

  describe('killed without a word', () => {
    test.each(Object.entries({ ...before, ...after }))(
      'while it %s: the next deploy mends it',
      async (step, [inputs, line]) => {
        let slow: Promise<Answer> | undefined;
        const result = await app.runAndKill(stand.images.v2, inputs, line, (text) => {
          if (step === 'drains' && /Waiting until/.test(text))
            slow = app.ask('/slow?ms=9000', { timeout: 30_000 });
        });
        expect(result.signal).toBe('SIGKILL');
        const serves = step === 'drains' || step === 'watches' ? 'v2' : 'v1';
        expect(await app.version()).toBe(serves);
        await app.ageLease();
        const next = await nextDeployWorks();
        expect(next.log).toMatch(/earlier job|The record called/);
        expect((await slow)?.body ?? 'slow hello from v1').toContain('slow hello from v1');
        expect(await readFile(join(app.folder, 'journal.jsonl'), 'utf8')).toContain('"live"');
      },
    );
  });
});
