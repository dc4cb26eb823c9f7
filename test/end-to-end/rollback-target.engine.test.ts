import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import { deployVersions, statesOf, verdictsOf } from './deployed-releases.ts';
import { openStand, refusalOf, type Stand, type TestApp } from './stand.ts';

// Which release a rollback goes to, whether it can be had, and what it says when it can't; what can't be done leaves
// everything as it was.

describeWithEngine('the target of a rollback', () => {
  let stand: Stand;
  let app: TestApp;
  let pulse: ReturnType<TestApp['startPulse']>;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2', 'v3']);
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    app = await stand.app();
  });
  afterEach(() => app.remove());

  describe('without its image on the server', () => {
    let old: Awaited<ReturnType<typeof publishAppImage>>;
    let ids: string[];
    beforeEach(async () => {
      old = await publishAppImage(stand.registry, { version: `gone-${app.name}` });
      const first = await app.deploy(old);
      ids = [first.outputs.release ?? '', ...(await deployVersions(stand, app, ['v2', 'v3']))];
      for (const name of [old.reference, `${old.reference.replace(/[:@][^/]*$/, '')}@${old.digest}`]) {
        await app.engine(`/images/${name}?force=1`, 'DELETE').catch(() => {});
      }
      pulse = app.startPulse();
    });
    afterEach(async () => {
      stand.registry.faults.setFault({ kind: 'none' });
      expect((await pulse.stop()).failures).toEqual([]);
    });

    test('it is pulled by its digest', async () => {
      const result = await app.rollback({ to: ids[0] ?? '', ...app.registryLogin });
      expect(result.log).toMatch(/Pulled \S+@sha256:\S+, which was not on the server any more/);
      expect(await app.version()).toBe(`gone-${app.name}`);
      await app.expectTidy({ standby: 1 });
    });

    test('and not in the registry either, it is refused before anything is touched', async () => {
      const before = [await statesOf(app), await app.releases(), (await app.liveContainer()).id];
      const result = await app.runRollback({ to: ids[0] ?? '' });
      const { sentence } = refusalOf(result);
      expect(sentence).toContain(
        `of release ${ids[0]} is not on the server any more, and it could not be pulled: `,
      );
      expect(sentence).toContain(`Other releases to try with "to": ${ids[1]} (`);
      expect(sentence).toMatch(new RegExp(`Release ${ids[2]} \\(blue\\) still serves\\.$`));
      expect([await statesOf(app), await app.releases(), (await app.liveContainer()).id]).toEqual(before);
      await app.expectTidy({ standby: 1 });
    });
  });

  describe('is told where to', () => {
    const commit = 'c0ffee1234567890c0ffee1234567890c0ffee12';

    test('by id, tag, digest or commit, and shows what there is when nothing fits', async () => {
      const first = await app.deploy(stand.images.v1, {}, { env: { GITHUB_SHA: commit } });
      const v1 = first.outputs.release ?? '';
      const second = await app.deploy(stand.images.v2.image);
      const v2 = second.outputs.release ?? '';
      const [v3 = ''] = await deployVersions(stand, app, ['v3']);
      const tag = stand.images.v2.image.split(':').at(-1) ?? '';
      const plan = (to: string) => app.runRollback({ to, 'dry-run': 'true' });
      for (const [to, id] of [
        [v1, v1],
        [commit, v1],
        [commit.slice(0, 7), v1],
        [stand.images.v1.digest, v1],
        [stand.images.v2.image, v2],
        [tag, v2],
        ['', v2],
      ] as const) {
        expect((await plan(to)).outputs, to).toMatchObject({ release: id, 'from-release': v3 });
      }
      const unknown = refusalOf(await app.runRollback({ to: 'v99' })).sentence;
      expect(unknown).toContain('No release of ');
      expect(unknown).toContain(`is known as "v99"; available are ${v2} (${tag}), ${v1} (commit c0ffee1).`);
      expect(refusalOf(await app.runRollback({ to: v3 })).sentence).toContain(
        'is live already; available are',
      );
      expect(refusalOf(await app.runRollback({ to: commit.slice(0, 6) })).sentence).toContain('is known as');
      await app.expectTidy({ standby: 1 });
    });

    test('by the beginning of a commit or by a tag that means several: refused, with a list', async () => {
      const commits = ['c0ffee1a', 'c0ffee1b', 'decade00'].map((start) => start.padEnd(40, '7'));
      const tag = `moved-${app.name}`;
      const ids: string[] = [];
      const digests: string[] = [];
      for (const [index, GITHUB_SHA] of commits.entries()) {
        const version = `${index}-${app.name}`;
        const { image, digest } = await publishAppImage(stand.registry, { version, tag });
        ids.push((await app.deploy(image, {}, { env: { GITHUB_SHA } })).outputs.release ?? '');
        digests.push(digest);
      }
      const before = [await statesOf(app), await app.releases()];
      const choices = `name one of them by its id: ${ids[1]} (${tag}), ${ids[0]} (${tag}).`;
      for (const to of ['c0ffee1', tag]) {
        const { sentence } = refusalOf(await app.runRollback({ to }));
        expect(sentence, to).toContain(`"${to}" can mean several releases of ${app.name}; ${choices}`);
      }
      for (const [to, index] of [
        ['c0ffee1a', 0],
        ['C0FFEE1B7', 1],
        [commits[1] ?? '', 1],
        [digests[0] ?? '', 0],
        ['', 1],
      ] as const) {
        const planned = await app.runRollback({ to, 'dry-run': 'true' });
        expect(planned.outputs, to).toMatchObject({ release: ids[index], 'from-release': ids[2] });
      }
      expect([await statesOf(app), await app.releases()]).toEqual(before);
      const result = await app.rollback({ to: 'c0ffee1a' });
      expect(result.outputs).toMatchObject({ release: ids[0], 'image-digest': digests[0] });
      expect(await app.version()).toBe(`0-${app.name}`);
      await app.expectTidy({ standby: 1 });
    });

    test('and never goes to a bad one by itself', async () => {
      const [v1 = '', v2 = '', v3 = ''] = await deployVersions(stand, app, ['v1', 'v2', 'v3']);
      await app.rollback();
      expect(await verdictsOf(app)).toEqual({ [v1]: 'retired', [v2]: 'live', [v3]: 'bad' });
      await app.rollback();
      expect(await verdictsOf(app)).toEqual({ [v1]: 'live', [v2]: 'bad', [v3]: 'bad' });
      expect(await app.version()).toBe('v1');
      const { sentence } = refusalOf(await app.runRollback());
      expect(sentence).toContain('no release of');
      expect(sentence).toContain(`only gone back to when "to" names them: ${v3} (`);
      const result = await app.rollback({ to: v2 });
      expect(result.annotations.map(({ message }) => message).join()).toContain(
        `Release ${v2} is bad (rolled back to`,
      );
      expect(await app.version()).toBe('v2');
      await app.expectTidy({ standby: 1 });
    });

    test('nothing, on a server that does not know the app', async () => {
      const { sentence } = refusalOf(await app.runRollback());
      expect(sentence).toContain(`Nothing is known of an app ${app.name} on this server`);
    });
  });

  test('only lists, or only plans, and changes nothing', async () => {
    await app.deploy(
      stand.images.v1,
      {},
      { env: { GITHUB_SHA: 'c0ffee1234567890c0ffee1234567890c0ffee12' } },
    );
    await app.deploy(stand.images.v2);
    const snapshot = async () => [
      await app.files(app.server.home),
      await Promise.all((await app.containers()).map(async ({ id }) => (await app.inspect(id)).State)),
    ];
    const before = await snapshot();
    const list = await app.rollback({ list: 'true' });
    const plan = await app.rollback({ 'dry-run': 'true', 'health-path': '/version', watch: '7s' });
    expect(await snapshot()).toEqual(before);

    const [newest, oldest] = await app.releases().then((all) => all.toReversed());
    const releases = JSON.parse(list.outputs.releases ?? '[]');
    expect(releases).toMatchObject([
      {
        id: newest?.id,
        verdict: 'live',
        isLive: true,
        isNext: false,
        container: 'running',
        imageOnServer: true,
      },
      { id: oldest?.id, verdict: 'standby', isLive: false, isNext: true, container: 'exited' },
    ]);
    expect(list.outputs.releases).not.toMatch(/TOKEN|env/);
    expect(list.log).toMatch(
      new RegExp(`${oldest?.id} +standby +\\S+ +c0ffee1 .* exited +a rollback goes here`),
    );
    expect(list.summary).toContain('<strong>');
    expect(list.outputs).toMatchObject({ switched: 'false', 'previous-release': newest?.id });

    expect(plan.log).toContain('Dry run, nothing was changed. A rollback would:');
    expect(plan.log).toContain(`Start ${app.name}-${oldest?.id} in the blue slot.`);
    expect(plan.log).toContain('Wait until it is healthy: GET /version on port 8080');
    expect(plan.log).toContain('Watch it for 7 s');
    expect(plan.log).toContain('mark it bad');
    expect(await app.version()).toBe('v2');
  });
});
