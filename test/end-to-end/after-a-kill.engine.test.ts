import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// What the job after a killed one makes of what it finds: nothing good is left or called bad, nothing bad is gone back
// to, and what served before serves again.

describeWithEngine('after a job that was killed', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3']);
  });
  afterAll(() => stand?.close());

  const deployed = async (app: TestApp, versions: readonly ('v1' | 'v2' | 'v3')[]): Promise<string[]> => {
    const ids: string[] = [];
    for (const version of versions) ids.push((await app.deploy(stand.images[version])).outputs.release ?? '');
    return ids;
  };
  const verdicts = async (app: TestApp) =>
    Object.fromEntries((await app.releases()).map(({ id, verdict }) => [id, verdict]));
  type Listed = { id: string; verdict: string; isLive: boolean; isNext: boolean };
  const listed = async (app: TestApp): Promise<Listed[]> =>
    JSON.parse((await app.runRollback({ list: 'true' })).outputs.releases ?? '[]');

  test('a rollback that is run again finishes the first, and does not leave the version that it went to', async () => {
    const app = await stand.app();
    const [v1 = '', v2 = '', v3 = ''] = await deployed(app, ['v1', 'v2', 'v3']);
    const pulse = app.startPulse();
    await app.rollbackAndKill({ watch: '60s' }, /Watching: /);
    expect(await app.version()).toBe('v2');
    // Nobody can tell yet that it is dead.
    const early = await app.rollback({ 'dry-run': 'true' });
    expect(early.log).toContain(`1. A job is changing ${app.name} right now (`);
    expect(early.log).not.toContain('Finish the rollback');

    await app.ageLease();
    const list = await listed(app);
    expect(list.filter(({ verdict }) => verdict === 'live').map(({ id }) => id)).toEqual([v2]);
    expect(list.find(({ id }) => id === v3)?.verdict).toBe('bad');
    expect(list.some(({ isNext }) => isNext)).toBe(false);
    const plan = await app.rollback({ 'dry-run': 'true' });
    expect(plan.log).toContain(`Finish the rollback from release ${v3} to release ${v2}`);

    const again = await app.rollback();
    expect(again.log).toContain('To go back further, run it again.');
    expect(again.outputs).toMatchObject({ release: v2, 'from-release': v3, switched: 'false', reason: '' });
    expect(await app.version()).toBe('v2');
    expect(await verdicts(app)).toEqual({ [v1]: 'retired', [v2]: 'live', [v3]: 'bad' });

    await app.rollback();
    expect(await app.version()).toBe('v1');
    expect(await verdicts(app)).toEqual({ [v1]: 'live', [v2]: 'bad', [v3]: 'bad' });
    expect((await pulse.stop()).failures).toEqual([]);
    await app.remove();
  });

  test('of two rollbacks at once the second changes nothing', async () => {
    const app = await stand.app();
    const [v1 = '', v2 = '', v3 = ''] = await deployed(app, ['v1', 'v2', 'v3']);
    const { promise: isWatching, resolve } = Promise.withResolvers<void>();
    const first = app.runRollback(
      { watch: '3s' },
      { onLine: (line) => void (line.includes('Watching: ') && resolve()) },
    );
    await isWatching;
    const second = await app.runRollback({ 'lock-wait': '30s' });
    expect((await first).exitCode).toBe(0);
    const { sentence } = refusalOf(second);
    expect(sentence).toMatch(
      new RegExp(
        `^Another rollback of .*, which was at work when this one was started, has brought back release ${v2}, so nothing was changed`,
      ),
    );
    expect(await app.version()).toBe('v2');
    expect(await verdicts(app)).toEqual({ [v1]: 'retired', [v2]: 'live', [v3]: 'bad' });
    await app.remove();
  });

  test('the version that a stop-first deploy had stopped serves again, also when the next deploy is refused', async () => {
    const app = await stand.app();
    const [v1 = ''] = await deployed(app, ['v1']);
    const slow = { order: 'stop-first', 'healthy-threshold': '1000' };
    await app.runAndKill(stand.images.v2, slow, /Health check 1: /);
    await app.ageLease();
    const { sentence } = refusalOf(await app.run(stand.images.v2, { networks: 'not-there' }));
    expect(sentence).toContain(`Release ${v1} (blue) still serves.`);
    expect(await app.version()).toBe('v1');
    await app.expectTidy();
    expect((await verdicts(app))[v1]).toBe('live');
    await app.remove();
  });

  test('a release that turned bad is not gone back to, although nobody could write that it is bad', async () => {
    const app = await stand.app();
    const [v1 = ''] = await deployed(app, ['v1']);
    const releases = join(app.folder, 'releases');
    const noWriting = (line: string) => void (line.includes('Watching: ') && chmodSync(releases, 0o500));
    const bad = await app.run(
      stand.images.v2,
      { watch: '20s', env: 'EXIT_AFTER_MS=2500' },
      { onLine: noWriting },
    );
    expect(bad.exitCode).toBe(1);
    chmodSync(releases, 0o700);
    expect(await app.version()).toBe('v1');
    const [v2] = await listed(app);
    expect(v2).toMatchObject({ verdict: 'bad', isNext: false });
    const [, v3 = ''] = [v1, ...(await deployed(app, ['v3']))];
    expect(await verdicts(app)).toMatchObject({ [v1]: 'standby', [v2?.id ?? '']: 'bad', [v3]: 'live' });
    await app.rollback();
    expect(await app.version()).toBe('v1');
    await app.remove();
  });

  test('a release that was given up loses the traffic, although its job died before it could move it', async () => {
    const app = await stand.app();
    const [v1 = ''] = await deployed(app, ['v1']);
    const pulse = app.startPulse();
    await app.runAndKill(stand.images.v2, { watch: '60s' }, /Watching: /);
    expect(await app.version()).toBe('v2');
    // What a way back writes first.
    const [, v2] = await app.releases();
    const path = join(app.folder, 'releases', `${v2?.id}.json`);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), verdict: 'bad' }));
    await app.ageLease();
    expect((await listed(app)).map(({ verdict, isNext }) => [verdict, isNext])).toEqual([
      ['bad', false],
      ['live', false],
    ]);

    const back = await app.rollback();
    expect(back.log).toContain(`Switched back to release ${v1} (blue), as an earlier job had begun to.`);
    expect(back.outputs).toMatchObject({ release: v1, 'from-release': v2?.id, switched: 'true', reason: '' });
    expect(await app.version()).toBe('v1');
    expect(await verdicts(app)).toEqual({ [v1]: 'live', [v2?.id ?? '']: 'bad' });
    expect((await pulse.stop()).failures).toEqual([]);
    await app.remove();
  });

  test('a worker that a rollback had woken is put back on standby by whatever runs next', async () => {
    const app = await stand.app();
    const worker = { switch: 'none', 'container-port': '8080' };
    const [v1 = '', v2 = ''] = [
      (await app.deploy(stand.images.v1, worker)).outputs.release,
      (await app.deploy(stand.images.v2, worker)).outputs.release,
    ];
    await app.rollbackAndKill({ 'healthy-threshold': '1000' }, /Health check 1: /);
    const states = async () =>
      Object.fromEntries((await app.containers()).map(({ release, state }) => [release, state]));
    expect(await states()).toEqual({ [v1]: 'running', [v2]: 'running' });
    await app.ageLease();
    refusalOf(await app.run(stand.images.v3, { ...worker, networks: 'not-there' }));
    expect(await states()).toEqual({ [v1]: 'exited', [v2]: 'running' });
    await app.remove();
  });

  test('a migration that is left over may run for as long as its own job allowed', async () => {
    const app = await stand.app();
    await deployed(app, ['v1']);
    const migration = {
      'pre-deploy': JSON.stringify(['sh', '-c', 'echo it begins; sleep 8']),
      'pre-deploy-timeout': '10m',
    };
    await app.runAndKill(stand.images.v2, migration, /it begins/);
    await app.ageLease();
    // Its own commands may take no more than a second.
    const next = await app.deploy(stand.images.v2, { 'pre-deploy': 'true', 'pre-deploy-timeout': '1s' });
    expect(next.log).toMatch(/Waiting for \S+-pre-deploy, a command that an earlier job has left running/);
    expect(next.log).not.toContain('was stopped');
    await app.expectTidy({ standby: 1 });
    await app.remove();
  });
});
