import { describe, expect, it } from 'vitest';
import type { Release, ReleaseVerdict } from '../src/release.ts';
import { releaseId } from '../src/release.ts';
import {
  adviseOthers,
  chooseTarget,
  describeReleases,
  leftByInterrupted,
  RollbackChoiceError,
} from '../src/rollback-choice.ts';
import { asDeploy, type RollbackRequest } from '../src/rollback-request.ts';
import { aRelease } from './releases.ts';

const at = (index: number) => releaseId(index * 60_000, 'aaaa');
const sha = (index: number) => String(index).repeat(40);
const release = (index: number, verdict: ReleaseVerdict, changes: Partial<Release> = {}): Release => {
  const digest = `sha256:${String(index).repeat(64)}`;
  return aRelease({
    id: at(index),
    verdict,
    liveAt: verdict === 'failed' || verdict === 'pending' ? undefined : '2026-11-21T03:12:05.000Z',
    image: {
      ...aRelease().image,
      reference: `registry.example:5000/shop:1.${index}`,
      digest,
      runnable: `registry.example:5000/shop@${digest}`,
      id: `sha256:${`0${index}`.repeat(32)}`,
    },
    origin: { ...aRelease().origin, commit: sha(index) },
    ...changes,
  });
};
const history = [
  release(1, 'retired'),
  release(2, 'bad'),
  release(3, 'failed'),
  release(4, 'standby'),
  release(5, 'live'),
];
const choose = (to?: string, releases = history, live: string | undefined = at(5)) =>
  chooseTarget('shop', releases, live, to).id;
const refusal = (to?: string, releases = history, live: string | undefined = at(5)) => {
  try {
    return choose(to, releases, live);
  } catch (error) {
    expect(error).toBeInstanceOf(RollbackChoiceError);
    const { message } = error as Error;
    expect(message).toMatch(/^[A-Z"][^\n]*\.$/);
    return message;
  }
};

describe('a rollback that is told nothing', () => {
  it.each<[string, readonly ReleaseVerdict[], number, number | undefined]>([
    ['the standby', ['retired', 'standby', 'live'], 2, 1],
    ['the newest that was live', ['retired', 'retired', 'live'], 2, 1],
    ['past bad ones', ['retired', 'bad', 'bad', 'live'], 3, 0],
    ['past ones that never were live', ['standby', 'failed', 'failed', 'pending', 'live'], 4, 0],
    ['a newer one than the live, after another rollback', ['live', 'retired', 'bad'], 0, 1],
    ['what a job that died called live too', ['live', 'live'], 1, 0],
    ['the one that was live, when nothing is', ['retired', 'retired'], -1, 1],
    ['nothing before the first', ['live'], 0, undefined],
    ['nothing but bad ones', ['bad', 'failed', 'live'], 2, undefined],
    ['nothing at all', [], -1, undefined],
  ])('goes to %s', (_, verdicts, live, expected) => {
    const releases = verdicts.map((verdict, index) => release(index, verdict));
    const liveId = live < 0 ? undefined : at(live);
    if (expected === undefined) {
      expect(refusal(undefined, releases, liveId)).toContain('There is no release of shop to go back to');
    } else expect(choose(undefined, releases, liveId)).toBe(at(expected));
  });

  it('says which bad ones it may be told to go to', () => {
    expect(refusal(undefined, history.slice(1, 3).concat(release(5, 'live')))).toContain(
      `only gone back to when "to" names them: ${at(2)} (1.2, bad).`,
    );
  });
});

describe('a rollback that is told where to', () => {
  it.each([
    ['id', at(4), 4],
    ['id of a bad one', at(2), 2],
    ['tag', '1.1', 1],
    ['reference', 'registry.example:5000/shop:1.4', 4],
    ['digest', `sha256:${'4'.repeat(64)}`, 4],
    ['name and digest', `registry.example:5000/shop@sha256:${'1'.repeat(64)}`, 1],
    ['image id', `sha256:${'04'.repeat(32)}`, 4],
    ['commit', sha(1), 1],
    ['short commit', '4444444', 4],
    ['commit in capitals', 'ABCDEF1234', 6],
  ])('finds it by %s', (_, to, index) => {
    const more = release(6, 'retired', { origin: { ...aRelease().origin, commit: 'abcdef1234'.repeat(4) } });
    expect(choose(to, [...history, more])).toBe(at(index));
  });

  it.each([
    ['nothing of the kind', 'v99', 'No release of shop is known as "v99"; available are '],
    ['six characters of a commit', '444444', 'is known as'],
    ['a digest cut off', 'sha256:4444444', 'is known as'],
    ['the port of a registry', '5000/shop', 'is known as'],
    ['the live one', '1.5', `Release ${at(5)} of shop, which "1.5" means, is live already; available are `],
    ['one that never was live', '1.3', 'was never live (failed); available are '],
    ['a pattern', '.*', 'is known as'],
    ['something long', 'x'.repeat(5000), `"${'x'.repeat(100)}…"`],
  ])('refuses %s and lists what there is', (_, to, words) => {
    const message = refusal(to);
    expect(message).toContain(words);
    expect(message).toContain(`${at(4)} (1.4), ${at(2)} (1.2, bad), ${at(1)} (1.1).`);
  });

  it('takes the newest of several that are one and the same, and refuses those that are not', () => {
    const again = release(6, 'retired', { image: history[0]?.image ?? aRelease().image });
    expect(choose('1.1', [...history, again])).toBe(at(6));
    const other = { ...again, config: { ...again.config, env: { MODE: 'other' } } };
    expect(refusal('1.1', [...history, other])).toBe(
      `"1.1" can mean several releases of shop; name one of them by its id: ${at(6)} (1.1), ${at(1)} (1.1).`,
    );
    const bad = { ...again, verdict: 'bad' as const };
    expect(refusal('1.1', [...history, bad])).toContain('can mean several releases');
    // The live one is no choice, so it makes nothing ambiguous.
    const live = release(5, 'live', { image: history[0]?.image ?? aRelease().image });
    expect(choose('1.1', [...history.slice(0, 4), live])).toBe(at(1));
  });
});

describe('what else there is', () => {
  it('leaves out the live one, the one that failed, bad ones, and those that never were live', () => {
    expect(adviseOthers(history, at(5), at(4))).toBe(`Other releases to try with "to": ${at(1)} (1.1).`);
    expect(adviseOthers(history.slice(1), at(5), at(4))).toBe('There is no other release to go back to.');
  });

  it('is cut to ten, the newest first, by tag, commit or digest', () => {
    const many = Array.from({ length: 13 }, (_, index) => aRelease({ id: at(index) }));
    expect(describeReleases(many)).toContain(`${at(12)} (1), ${at(11)} (1)`);
    expect(describeReleases(many)).toMatch(/, 3 older ones$/);
    const image = { ...aRelease().image, reference: aRelease().image.runnable };
    expect(describeReleases([aRelease({ id: at(1), image })])).toBe(`${at(1)} (sha256:dddddddddddd)`);
    const origin = { ...aRelease().origin, commit: sha(7) };
    expect(describeReleases([aRelease({ id: at(1), image, origin })])).toBe(`${at(1)} (commit 7777777)`);
  });
});

describe('a rollback, as a deploy', () => {
  const nothing: RollbackRequest = {
    app: 'shop',
    origin: { runUrl: undefined, actor: 'ann', commit: undefined },
    lockWaitMs: 1000,
    forceUnlock: false,
    to: undefined,
    markBad: true,
    reason: undefined,
    registryAuth: undefined,
    health: {
      path: undefined,
      command: undefined,
      host: undefined,
      statuses: undefined,
      intervalMs: undefined,
      timeoutMs: undefined,
      threshold: undefined,
      startTimeoutMs: undefined,
    },
    watch: { durationMs: undefined, maxErrorRate: undefined, maxLatencyP95Ms: undefined },
    drainTimeoutMs: undefined,
  };
  const target = aRelease();
  const inForce = { kind: 'none' } as const;

  it('does everything as the release was deployed, but runs no commands and leaves the switch', () => {
    const live = aRelease({ rollout: { ...target.rollout, keepReleases: 9, standby: 'running' } });
    expect(asDeploy(nothing, target, live, inForce)).toMatchObject({
      config: target.config,
      health: target.rollout.health,
      watch: target.rollout.watch,
      order: 'start-first',
      drainTimeoutMs: 30_000,
      keepReleases: 9,
      standby: 'stopped',
      switch: inForce,
      preDeploy: undefined,
      postDeploy: undefined,
      pullPolicy: 'missing',
      image: { registry: 'registry.example', digest: target.image.digest },
    });
    const paused = aRelease({ rollout: { ...target.rollout, standby: 'paused' } });
    expect(asDeploy({ ...nothing, markBad: false }, paused, live, inForce).standby).toBe('paused');
  });

  it('takes what it is told instead, and one kind of check in the place of another', () => {
    const given = {
      ...nothing,
      health: { ...nothing.health, command: ['true'], threshold: 1 },
      watch: { ...nothing.watch, durationMs: 0 },
      drainTimeoutMs: 5,
    };
    const wanted = asDeploy(given, target, undefined, inForce);
    expect(wanted.health).toEqual({
      ...target.rollout.health,
      path: undefined,
      command: ['true'],
      threshold: 1,
    });
    expect(wanted.watch).toEqual({ ...target.rollout.watch, durationMs: 0 });
    expect(wanted.drainTimeoutMs).toBe(5);
  });
});

describe('a rollback whose job died after it had moved the traffic', () => {
  const left = aRelease({ id: '20261121-050000-cccc', verdict: 'live' });
  const live = aRelease({ id: '20261121-040000-bbbb', leaves: { id: left.id, reason: 'it broke' } });

  it('is found by the record of the version that it left, which still says live', () => {
    expect(leftByInterrupted([live, left], live, undefined)?.id).toBe(left.id);
    expect(leftByInterrupted([live, left], live, live.id)?.id).toBe(left.id);
  });

  it('is none where it came to its end, where another release is meant, or where nothing was left', () => {
    expect(leftByInterrupted([live, { ...left, verdict: 'bad' }], live, undefined)).toBeUndefined();
    expect(leftByInterrupted([live, left], live, '20261121-030000-aaaa')).toBeUndefined();
    expect(leftByInterrupted([left], left, undefined)).toBeUndefined();
    expect(leftByInterrupted([live, left], undefined, undefined)).toBeUndefined();
  });
});
