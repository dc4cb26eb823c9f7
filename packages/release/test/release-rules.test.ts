import { describe, expect, it } from 'vitest';
import type { ImageInspect } from '../../engine/src/index.ts';
import { parseImageReference } from '../../engine/src/index.ts';
import { appContainer, oneOffContainer, writableVolumes } from '../src/app-container.ts';
import type { AppContainer } from '../src/app-state.ts';
import { containerPort, diskProblem, repositoryName, revisionOf } from '../src/image-step.ts';
import { leftoverTreatment } from '../src/leftovers.ts';
import { collide, parseListeners } from '../src/listeners.ts';
import { asMended, mendedVerdict } from '../src/mended-verdict.ts';
import { parseRelease } from '../src/parse-release.ts';
import { RecordError } from '../src/record-shapes.ts';
import type { Release, ReleaseVerdict } from '../src/release.ts';
import { isReleaseId, releaseId, timeOfReleaseId, withVerdict } from '../src/release.ts';
import { ReleaseStore } from '../src/release-store.ts';
import { stoppedBy } from '../src/restored.ts';
import { imagesToRemove, releasesToForget } from '../src/retention.ts';
import type { StandbyMode } from '../src/service-settings.ts';
import { percentile95, RequestSample, watchProblem } from '../src/watch-verdict.ts';
import { MemoryFiles } from './memory-files.ts';
import { aRelease } from './releases.ts';

describe('a release id', () => {
  it('sorts by time and is recognized', () => {
    const ids = [0, 999, 1_000, 1_795_232_000_000].map((time) => releaseId(time, '3f9a'));
    expect(ids[3]).toBe('20261121-033320-3f9a');
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.every(isReleaseId)).toBe(true);
    expect(timeOfReleaseId(ids[3] ?? '')).toBe(1_795_232_000_000);
  });

  it.each([
    ...['', '../x', '20261121-033320-3F9A', '20261121-033320-3f9a\n', '20261121-033320-3f9a.json', 'x'],
    // No time, and one after which there is no later id.
    ...['20261399-000000-abcd', '20260230-000000-abcd', '20261121-240000-abcd', '99991231-235959-abcd'],
  ])('is not %j', (text) => {
    expect(isReleaseId(text)).toBe(false);
  });
});

describe('a verdict', () => {
  it('keeps when the release was first live, and why it failed', () => {
    const live = withVerdict(aRelease({ liveAt: undefined, verdict: 'pending' }), 'live', 1000);
    expect(live.liveAt).toBe('1970-01-01T00:00:01.000Z');
    const bad = withVerdict(live, 'bad', 2000, 'it broke');
    expect(bad).toMatchObject({
      liveAt: live.liveAt,
      reason: 'it broke',
      verdictAt: '1970-01-01T00:00:02.000Z',
    });
    expect(withVerdict(bad, 'bad', 3000).reason).toBe('it broke');
    expect(withVerdict(bad, 'live', 3000).reason).toBeUndefined();
  });
});

describe('a record', () => {
  const whole = aRelease();
  const path = `/r/shop/releases/${whole.id}.json`;
  const changedHealth = (change: object) => ({
    ...whole,
    rollout: { ...whole.rollout, health: { ...whole.rollout.health, ...change } },
  });
  const changedWatch = (change: object) => ({
    ...whole,
    rollout: { ...whole.rollout, watch: { ...whole.rollout.watch, ...change } },
  });
  const changedSwitch = (change: object) => ({ ...whole, switch: { ...whole.switch, ...change } });
  const parse = (change: unknown) => parseRelease(JSON.stringify(change), path);

  it('is read as it was written', async () => {
    const files = new MemoryFiles();
    const store = ReleaseStore.ofApp(files, '/home/deploy', 'shop');
    await store.save(whole);
    await files.write(`${store.folder}/releases/20200101-000000-aaaa.json`, '{"format":1', 0o600);
    await files.write(`${store.folder}/releases/notes.json`, '{}', 0o600);
    const { releases, damaged } = await store.list();
    expect(releases).toEqual([JSON.parse(JSON.stringify(whole))]);
    expect(damaged).toEqual([`${store.folder}/releases/20200101-000000-aaaa.json`]);
    expect((await files.stat(`${store.folder}/releases/${whole.id}.json`))?.mode).toBe(0o600);
  });

  it('has a journal in which a line that a full disk has cut swallows none after it', async () => {
    const files = new MemoryFiles();
    const store = ReleaseStore.ofApp(files, '/home/deploy', 'shop');
    const at = '2026-11-21T03:12:05.000Z';
    await files.append(
      `${store.folder}/journal.jsonl`,
      '{"at":"2026-11-21T03:12:04.000Z","event":"li',
      0o600,
    );
    await store.note({ at, event: 'bad', release: whole.id, detail: '{"at":"x"}', runUrl: undefined });
    await store.note({ at, event: 'live', release: 'other', runUrl: undefined });
    expect([...(await store.lastEvents())]).toEqual([
      [whole.id, 'bad'],
      ['other', 'live'],
    ]);
  });

  it('is no damage when somebody else has put control characters into its reason', () => {
    const reason = 'exit code 1: \0\u001b[31mdown';
    expect(parse({ ...whole, reason })).toEqual({
      ...JSON.parse(JSON.stringify(whole)),
      reason: 'exit code 1:  [31mdown',
    });
    const leaves = { id: '20261121-031204-3f9a', reason: 'bad\0' };
    expect(parse({ ...whole, leaves })?.leaves).toEqual({ ...leaves, reason: 'bad ' });
  });

  it('of a newer Switchyard is refused', () => {
    expect(() => parse({ ...whole, format: 2 })).toThrow(RecordError);
    expect(() => parse({ ...whole, format: 2, kind: 'stack' })).toThrow('is a release of a Compose stack');
    expect(() => parse({ ...whole, format: 3, kind: 'stack' })).toThrow('was written by a newer Switchyard');
    expect(() => parse({ ...whole, kind: 'fleet' })).toThrow('was written by a newer Switchyard');
    expect(() => parse({ format: 99 })).toThrow('was written by a newer Switchyard (format 99');
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'x'],
    ['no format', { ...whole, format: undefined }],
    ['format as text', { ...whole, format: '1' }],
    ['a path as id', { ...whole, id: '../../x' }],
    ["another release's id", { ...whole, id: '20200101-000000-aaaa' }],
    ['a third color', { ...whole, color: 'red' }],
    ['no image', { ...whole, image: null }],
    ['a number as image id', { ...whole, image: { ...whole.image, id: 5 } }],
    ['no configuration', { ...whole, config: undefined }],
    ['env null', { ...whole, config: { ...whole.config, env: null } }],
    ['env as list', { ...whole, config: { ...whole.config, env: ['A=1'] } }],
    ['env with objects', { ...whole, config: { ...whole.config, env: { A: {} } } }],
    ['volumes as text', { ...whole, config: { ...whole.config, volumes: '/:/host' } }],
    ['networks with numbers', { ...whole, config: { ...whole.config, networks: [1] } }],
    ['command as text', { ...whole, config: { ...whole.config, command: 'rm -rf /' } }],
    ['port as text', { ...whole, config: { ...whole.config, containerPort: '80' } }],
    ['an unknown protocol', { ...whole, config: { ...whole.config, protocol: 'gopher' } }],
    ['an unknown verdict', { ...whole, verdict: 'great' }],
    ['liveAt as number', { ...whole, liveAt: 5 }],
    ["another app's name", { ...whole, app: 'other' }],
    ['an app that climbs out', { ...whole, app: '../shop' }],
    ['a NUL in the environment', { ...whole, config: { ...whole.config, env: { A: 'x\0y' } } }],
    ['a name with = in the environment', { ...whole, config: { ...whole.config, env: { 'A=B': 'x' } } }],
    ['a mount of its own kind', { ...whole, config: { ...whole.config, volumes: ['/:/host:rw:x'] } }],
    ['a port that is none', { ...whole, config: { ...whole.config, containerPort: 70_000 } }],
    ['half a port', { ...whole, config: { ...whole.config, containerPort: 80.5 } }],
    ['negative memory', { ...whole, config: { ...whole.config, memoryBytes: -1 } }],
    ['a time-out without end', { ...whole, config: { ...whole.config, stopTimeoutMs: 1e300 } }],
    ['readOnly as text', { ...whole, config: { ...whole.config, readOnly: 'false' } }],
    ['an image with an option for a name', { ...whole, image: { ...whole.image, runnable: '--privileged' } }],
    ['an image with a space', { ...whole, image: { ...whole.image, runnable: 'a b' } }],
    ['a digest that is none', { ...whole, image: { ...whole.image, digest: 'latest' } }],
    ['no rollout', { ...whole, rollout: undefined }],
    ['a health path without a slash', changedHealth({ path: 'health' })],
    ['a health path with a line break', changedHealth({ path: '/a\r\nX: y' })],
    ['a host with a line break', changedHealth({ host: 'a\r\nX: y' })],
    ['no status', changedHealth({ statuses: [] })],
    ['a threshold of nothing', changedHealth({ threshold: 0 })],
    ['an empty health command', changedHealth({ command: [] })],
    ['an unknown order', { ...whole, rollout: { ...whole.rollout, order: 'both' } }],
    ['a share above one', changedWatch({ maxErrorRate: 2 })],
    ['a watch as text', changedWatch({ durationMs: '10s' })],
    ['no switch', { ...whole, switch: undefined }],
    ['an unknown switch', { ...whole, switch: { kind: 'caddy' } }],
    ['a switch that listens by name', changedSwitch({ listen: { host: 'x\n bind *:1', port: 1 } })],
    ['a switch with a proxy that is none', changedSwitch({ trustedProxies: ['0.0.0.0/0 } x'] })],
    ['a way to leave a path', { ...whole, leaves: { id: '../x', reason: '' } }],
  ])('is damaged with %s', (_what, value) => {
    expect(parse(value)).toBeUndefined();
  });

  it.each<[string, object]>([
    ['nginx', { kind: 'nginx', listen: { host: '::1', port: 80 }, command: ['sudo', '-n', 'nginx'] }],
    ['none', { kind: 'none' }],
  ])('keeps a switch of the kind %s', (kind, wanted) => {
    const more = kind === 'nginx' ? { container: 'edge', trustedProxies: ['10.0.0.0/8'] } : {};
    expect(parse({ ...whole, switch: { ...wanted, ...more } })?.switch).toEqual({ ...wanted, ...more });
  });

  it('keeps nothing that it does not know, and nothing inherited', () => {
    const text = JSON.stringify({ ...whole, more: 1, config: { ...whole.config, privileged: true } });
    const read = parseRelease(text.replace('"env":{', '"env":{"__proto__":"x",'), path);
    expect(Object.keys(read ?? {})).not.toContain('more');
    expect(Object.keys(read?.config ?? {})).not.toContain('privileged');
    expect(Object.getPrototypeOf(read?.config.env ?? null)).toBe(Object.prototype);
  });

  it('is damaged when it is no JSON', () => {
    for (const text of ['', '{', 'null', '\0\0\0']) expect(parseRelease(text, path)).toBeUndefined();
  });
});

describe('retention', () => {
  const verdicts: ReleaseVerdict[] = ['live', 'standby', 'retired', 'failed', 'bad', 'pending'];
  const history = (seed: number): Release[] =>
    Array.from({ length: 12 }, (_, index) => {
      const verdict = verdicts[(seed * (index + 3) + index * index) % verdicts.length] ?? 'retired';
      return aRelease({
        id: releaseId(index * 1000, 'aaaa'),
        verdict,
        liveAt: verdict === 'failed' || verdict === 'pending' ? undefined : 'then',
      });
    });

  it('never forgets what serves, stands by or is worked on, and keeps the newest', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      for (const keep of [0, 1, 5, 12, 100]) {
        const all = history(seed);
        const forgotten = releasesToForget(all, keep);
        expect(forgotten.every(({ verdict }) => !['live', 'standby', 'pending'].includes(verdict))).toBe(
          true,
        );
        for (const isGood of [true, false]) {
          const group = all.filter(
            ({ liveAt, verdict }) => (liveAt !== undefined && verdict !== 'bad') === isGood,
          );
          const newest = keep === 0 ? [] : group.slice(-keep);
          expect(newest.some((release) => forgotten.includes(release))).toBe(false);
          const left = group.filter((release) => !forgotten.includes(release));
          const held = left.filter(({ verdict }) => ['live', 'standby', 'pending'].includes(verdict));
          expect(left.length).toBeLessThanOrEqual(keep + held.length);
        }
      }
    }
  });

  it('removes images that it brought, have a digest, and nobody kept uses', () => {
    const image = { ...aRelease().image, id: 'sha256:1', runnable: 'r/a@sha256:d', pulled: true };
    const old = aRelease({ image });
    expect(imagesToRemove([old, old], [])).toEqual([old.image]);
    expect(imagesToRemove([old], [aRelease({ image: { ...image, pulled: false } })])).toEqual([]);
    expect(imagesToRemove([aRelease({ image: { ...image, pulled: false } })], [])).toEqual([]);
    expect(imagesToRemove([aRelease({ image: { ...image, digest: undefined } })], [])).toEqual([]);
  });
});

describe('the watch', () => {
  const figures = (requests: number, errors: number, latencyP95Ms = 10) => ({
    requests,
    errors,
    errorRate: requests === 0 ? 0 : errors / requests,
    latencyP95Ms,
  });
  const limits = { maxErrorRate: 0.05, maxLatencyP95Ms: 100 };

  it.each([
    ['good', figures(100, 0), undefined, false, false],
    ['at the limit', figures(100, 5), undefined, false, false],
    ['above the limit', figures(100, 6), undefined, false, true],
    ['worse than an old one that is bad too', figures(100, 30), figures(100, 20), false, true],
    ['no worse than the old one', figures(100, 20), figures(100, 20), false, false],
    ['worse than an old one of too few requests', figures(100, 20), figures(5, 5), false, true],
    ['few requests, while it lasts', figures(19, 19), undefined, false, false],
    ['few requests, at the end', figures(19, 19), undefined, true, true],
    ['two errors, at the end', figures(2, 2), undefined, true, false],
    ['slow', figures(100, 0, 101), undefined, false, true],
    ['slow as the old one', figures(100, 0, 150), figures(100, 0, 150), false, false],
    ['slower than the slow old one', figures(100, 0, 151), figures(100, 0, 150), false, true],
    ['slow, of few', figures(10, 0, 500), undefined, true, false],
    ['nothing came', figures(0, 0), undefined, true, false],
  ] as const)('%s', (_name, fresh, old, isOver, isBad) => {
    expect(watchProblem(fresh, old, limits, isOver) !== undefined).toBe(isBad);
  });

  it('has a percentile by nearest rank', () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => count - index);
    expect([0, 1, 2, 19, 20, 21, 100].map((count) => percentile95(upTo(count)))).toEqual([
      undefined,
      1,
      2,
      19,
      19,
      20,
      95,
    ]);
  });

  it('counts failures once, whether by status or by the switch', () => {
    const sample = new RequestSample();
    sample.add({ color: 'blue', status: 200, latencyMs: 1, failed: false });
    sample.add({ color: 'blue', status: 503, latencyMs: 3, failed: true });
    sample.add({ color: 'blue', status: undefined, latencyMs: 2, failed: true });
    sample.add({ color: 'blue', status: 499, latencyMs: 2, failed: false });
    expect(sample.figures()).toEqual({ requests: 4, errors: 2, errorRate: 0.5, latencyP95Ms: 3 });
  });
});

describe("the kernel's table of sockets", () => {
  const tcp = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 24533 1 0000000000000000 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0000000000000000 100 0 0 10 0
   2: 0100007F:1F90 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1001        0 24534 1 0000000000000000 20 4 30 10 -1`;
  const tcp6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 2 1
   2: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 2 1
   3: 0000000000000000FFFF00000100007F:2327 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 3 1`;

  it('names who listens', () => {
    expect(parseListeners(tcp)).toEqual([
      { host: '127.0.0.1', port: 8080, uid: 1001 },
      { host: '0.0.0.0', port: 22, uid: 0 },
    ]);
    expect(parseListeners(tcp6)).toEqual([
      { host: '::', port: 443, uid: 0 },
      { host: '::1', port: 80, uid: 33 },
      { host: '2001:db8::1', port: 80, uid: 33 },
      { host: '127.0.0.1', port: 8999, uid: 1000 },
    ]);
    expect(parseListeners('')).toEqual([]);
    expect(parseListeners('\0garbage\n0: x:y z 0A')).toEqual([]);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['0.0.0.0', '127.0.0.1', true],
    ['192.0.2.1', '0.0.0.0', true],
    ['::', '127.0.0.1', true],
    ['::', '::1', true],
    ['::1', '127.0.0.1', false],
    ['::1', '0.0.0.0', false],
    ['0:0:0:0:0:0:0:1', '::1', true],
    ['2001:DB8::1', '2001:db8::1', true],
  ])('%s against %s: %s', (one, other, expected) => {
    expect(collide({ host: one, port: 80 }, { host: other, port: 80 })).toBe(expected);
    expect(collide({ host: other, port: 80 }, { host: one, port: 80 })).toBe(expected);
    expect(collide({ host: one, port: 80 }, { host: other, port: 81 })).toBe(false);
  });
});

const newer = aRelease({ id: releaseId(Date.UTC(2030, 0), 'zzzz') });

describe('what an interrupted job has left', () => {
  const container = (state: string): AppContainer => ({
    id: 'c',
    name: 'shop-c',
    color: 'blue',
    releaseId: aRelease().id,
    port: 8080,
    protocol: 'http',
    state,
  });

  it.each<[ReleaseVerdict | 'no record', string, string]>([
    ['standby', 'exited', 'keep'],
    // A rollback that was killed has woken it.
    ['standby', 'running', 'put-back'],
    ['live', 'running', 'finish-drain'],
    ['live', 'paused', 'finish-drain'],
    ['live', 'exited', 'keep'],
    ['pending', 'running', 'remove'],
    ['failed', 'created', 'remove'],
    ['bad', 'running', 'remove'],
    ['retired', 'exited', 'remove'],
    ['no record', 'exited', 'remove'],
  ])('%s and %s: %s', (verdict, state, treatment) => {
    const release = verdict === 'no record' ? undefined : aRelease({ verdict });
    expect(leftoverTreatment(container(state), release, 'stopped')).toBe(treatment);
  });

  it.each<[string, Partial<Release>, string | undefined]>([
    ['a deploy', { verdict: 'pending', liveAt: undefined }, 'deploy'],
    ['a rollback', { verdict: 'standby', leaves: { id: newer.id, reason: 'it broke' } }, 'rollback'],
    ['nobody, but a person', { verdict: 'standby' }, undefined],
    [
      'nobody: an earlier rollback came to its end',
      { verdict: 'bad', leaves: { id: 'other', reason: 'x' } },
      undefined,
    ],
  ])('has a live version been stopped by %s', (_, other, by) => {
    expect(stoppedBy(newer.id, [aRelease(other), newer])?.by).toBe(by);
  });

  it('is no trace of a rollback once the release that it went to serves no more', () => {
    const live = aRelease({ leaves: { id: newer.id, reason: 'it broke' } });
    expect(withVerdict(live, 'live', 0).leaves).toEqual(live.leaves);
    expect(withVerdict(live, 'standby', 0).leaves).toBeUndefined();
  });

  it.each<[StandbyMode, string, string]>([
    ['running', 'running', 'keep'],
    ['paused', 'paused', 'keep'],
    ['paused', 'running', 'put-back'],
    ['stopped', 'paused', 'put-back'],
  ])('a standby that is to be %s and is %s: %s', (mode, state, treatment) => {
    expect(leftoverTreatment(container(state), aRelease({ verdict: 'standby' }), mode)).toBe(treatment);
  });

  it.each<[ReleaseVerdict, boolean, boolean, ReleaseVerdict | undefined]>([
    ['live', true, true, undefined],
    ['pending', true, true, 'live'],
    ['standby', true, true, 'live'],
    ['pending', false, true, 'failed'],
    ['pending', false, false, 'failed'],
    ['live', false, true, 'standby'],
    ['live', false, false, 'retired'],
    ['standby', false, false, 'retired'],
    ['standby', false, true, undefined],
    ['bad', false, true, undefined],
    ['failed', false, false, undefined],
  ])('%s, live %s, with a container %s: becomes %s', (verdict, isLive, hasContainer, mended) => {
    const release = aRelease({ verdict });
    const live = isLive ? release : newer;
    expect(mendedVerdict(release, live, hasContainer)?.verdict).toBe(mended);
  });
});

describe('a version that was left when its job died', () => {
  const older = aRelease({ id: releaseId(0, 'aaaa') });
  const goneBackTo = (reason?: string) => ({ ...older, leaves: { id: newer.id, reason } });

  it('is bad, for the reason that the rollback had', () => {
    expect(mendedVerdict(newer, goneBackTo('it broke'), true)).toEqual({
      verdict: 'bad',
      reason: 'it broke',
    });
    // Its record was lost and made anew, and then it looks like any standby.
    expect(mendedVerdict({ ...newer, verdict: 'standby' }, goneBackTo('it broke'), true)?.verdict).toBe(
      'bad',
    );
    expect(mendedVerdict({ ...newer, verdict: 'standby' }, goneBackTo(), true)).toBeUndefined();
    // The traffic never moved, or came back.
    expect(mendedVerdict(newer, newer, true)).toBeUndefined();
  });

  it('is no worse than before where the rollback did not call it bad', () => {
    expect(mendedVerdict(newer, goneBackTo(), true)).toEqual({ verdict: 'standby' });
  });

  it('is bad where no rollback left it: a deploy has taken it back and could not write so', () => {
    expect(mendedVerdict(newer, older, true)).toMatchObject({ verdict: 'bad' });
    expect(mendedVerdict(older, newer, true)).toEqual({ verdict: 'standby' });
  });

  it('is shown so before anybody has mended the record', () => {
    const found = asMended([older, newer], older.id, [{ releaseId: older.id }], 0);
    expect(found.map(({ verdict }) => verdict)).toEqual(['live', 'bad']);
  });
});

describe('an image', () => {
  const inspect = (ports: string[]): ImageInspect =>
    ({ Config: { ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])) } }) as ImageInspect;

  it('says its port if it exposes one', () => {
    expect(containerPort(3000, inspect(['80/tcp', '81/tcp']), 'i')).toBe(3000);
    expect(containerPort(undefined, inspect(['80/tcp', '53/udp']), 'i')).toBe(80);
    expect(() => containerPort(undefined, inspect([]), 'i')).toThrow('exposes no port');
    expect(() => containerPort(undefined, {} as ImageInspect, 'i')).toThrow('exposes no port');
    expect(() => containerPort(undefined, inspect(['80/tcp', '81/tcp']), 'i')).toThrow('(80, 81)');
  });

  it.each([
    ['nginx:1', 'nginx'],
    ['library/nginx:1', 'nginx'],
    ['docker.io/team/app:1', 'team/app'],
    ['localhost:5000/app:1', 'localhost:5000/app'],
    [`ghcr.io/team/app@sha256:${'a'.repeat(64)}`, 'ghcr.io/team/app'],
  ])('%s is called %s by the Engine', (text, name) => {
    expect(repositoryName(parseImageReference(text))).toBe(name);
  });

  it('is not pulled on a disk that is too full', () => {
    const GiB = 1024 ** 3;
    expect(diskProblem(undefined, 5 * GiB, '/d')).toBeUndefined();
    expect(diskProblem(GiB, undefined, '/d')).toBeUndefined();
    expect(diskProblem(2 * GiB, 2 * GiB, '/d')).toBeUndefined();
    expect(diskProblem(GiB, 2 * GiB, '/d')).toContain('/d has 1024 MiB free and 2048 MiB are needed');
    expect(diskProblem(0, undefined, '/d')).toContain('512 MiB are needed');
  });
});

describe("a release's container", () => {
  const release = aRelease({
    config: {
      ...aRelease().config,
      containerPort: 3000,
      env: { MODE: 'production', TOKEN: 's3cret=with=signs' },
      secretNames: ['TOKEN'],
      volumes: ['data:/data', '/etc/app:/etc/app:ro'],
      command: ['serve', '--port', '3000'],
      memoryBytes: 2 ** 28,
      cpus: 0.5,
      user: '1000:1000',
      readOnly: true,
      init: true,
      stopSignal: 'SIGQUIT',
      stopTimeoutMs: 1500,
      labels: { team: 'shop', 'switchyard.app': 'forged' },
      logMaxSizeBytes: 1_000_000,
    },
  });
  const placement = {
    network: 'switchyard-shop',
    address: '10.0.0.2',
    publishForProbes: false,
    loggingDriver: 'json-file',
  };

  it('gets every option in the words of the Engine', () => {
    expect(appContainer(release, placement)).toMatchObject({
      Image: release.image.runnable,
      Env: ['MODE=production', 'TOKEN=s3cret=with=signs'],
      Cmd: ['serve', '--port', '3000'],
      User: '1000:1000',
      StopSignal: 'SIGQUIT',
      StopTimeout: 2,
      Labels: {
        team: 'shop',
        'switchyard.app': 'shop',
        'switchyard.role': 'app',
        'switchyard.release': release.id,
        'switchyard.color': 'blue',
        'switchyard.port': '3000',
      },
      HostConfig: {
        Binds: ['data:/data', '/etc/app:/etc/app:ro'],
        Memory: 2 ** 28,
        NanoCpus: 5e8,
        ReadonlyRootfs: true,
        Init: true,
        NetworkMode: 'switchyard-shop',
        RestartPolicy: { Name: 'no' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1000000' } },
      },
      NetworkingConfig: {
        EndpointsConfig: { 'switchyard-shop': { IPAMConfig: { IPv4Address: '10.0.0.2' } } },
      },
    });
  });

  it('keeps its log as the server keeps logs', () => {
    const logOf = (loggingDriver: string) =>
      appContainer(release, { ...placement, loggingDriver }).HostConfig?.LogConfig;
    expect(logOf('local')).toEqual({ Type: 'local', Config: { 'max-size': '1000000', 'max-file': '3' } });
    expect(logOf('journald')).toBeUndefined();
  });

  it('carries secrets in its environment and nowhere else', () => {
    for (const config of [
      appContainer(release, placement),
      oneOffContainer(release, 'pre-deploy', { command: ['migrate'], timeoutMs: 5000 }, 'n'),
    ]) {
      const { Env, ...rest } = config;
      expect(Env).toContain('TOKEN=s3cret=with=signs');
      expect(JSON.stringify(rest)).not.toContain('s3cret');
    }
  });

  it('publishes nothing but for our own probes, on loopback', () => {
    expect(appContainer(release, placement).HostConfig?.PortBindings).toBeUndefined();
    expect(appContainer(release, { ...placement, publishForProbes: true }).HostConfig?.PortBindings).toEqual({
      '3000/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }],
    });
  });

  it('shares the volumes that can be written', () => {
    expect(writableVolumes(['a:/a', '/b:/b:ro', 'c:/c:z,ro', 'd:/d:rw', '/ro:/ro'])).toEqual([
      'a:/a',
      'd:/d:rw',
      '/ro:/ro',
    ]);
  });
});

describe('the commit of an image', () => {
  const runUrl = 'https://github.com/Team/shop/actions/runs/7';
  const commit = '0123ABCdef0123abcdef0123abcdef0123abcdef';
  const found = (revision: string, source = 'https://github.com/team/shop') =>
    revisionOf(
      {
        Config: {
          Labels: {
            'org.opencontainers.image.revision': revision,
            'org.opencontainers.image.source': source,
          },
        },
      },
      runUrl,
    );

  it('is what its label says, if that is a commit', () => {
    expect(found(commit)).toBe(commit.toLowerCase());
    expect(found(commit, 'https://github.com/team/shop.git')).toBe(commit.toLowerCase());
    for (const other of ['', 'main', '0123ab', '<b>0123abc</b>']) expect(found(other)).toBeUndefined();
    expect(revisionOf({ Config: { Labels: null } }, runUrl)).toBeUndefined();
    expect(revisionOf({}, undefined)).toBeUndefined();
  });

  it('is not that of the image it was built on', () => {
    for (const source of [
      '',
      'https://github.com/team/base',
      'https://github.com/team/sho',
      'https://github.com',
    ]) {
      expect(found(commit, source)).toBeUndefined();
    }
  });
});
