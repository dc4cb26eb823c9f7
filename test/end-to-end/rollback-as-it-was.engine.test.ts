import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import { containerShape } from './container-shape.ts';
import { openStand, type Stand, type TestApp } from './stand.ts';

// A release is its image and its configuration and its environment, secrets too. All of them come back as they were,
// whatever has become of the tag, of the secrets and of the inputs since.

const secrets = { one: 'first-token-5c1e8d', two: 'second-token-93ab07' };

describeWithEngine('a rollback to a release of another configuration', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand([]);
  });
  afterAll(() => stand?.close());

  /** Two releases that differ in all that can be set, under one tag, which moves from one to the other. */
  const deployBoth = async (app: TestApp, network: string, volume: string) => {
    const canaries = Object.values(secrets);
    const tag = `moved-${app.name}`;
    const one = await publishAppImage(stand.registry, {
      version: `one-${app.name}`,
      tag,
      env: { OF_IMAGE: 'one', TZ: 'UTC' },
    });
    const first = await app.deploy(
      one.image,
      {
        env: 'A=1\nQUOTED="a = b"',
        'secret-env': `TOKEN=${secrets.one}`,
        command: 'node /app/server.mjs first',
        volumes: `${volume}:/data\n${app.server.home}:/files:ro`,
        networks: network,
        memory: '128MiB',
        cpus: '0.75',
        user: '1234:1235',
        'read-only': 'true',
        init: 'false',
        'stop-signal': 'SIGINT',
        'stop-timeout': '7s',
        labels: 'team=shop\nonly-in-one=yes',
        'log-max-size': '5MB',
      },
      { canaries },
    );
    const before = await containerShape(app, first.outputs.container ?? '');
    const two = await publishAppImage(stand.registry, {
      version: `two-${app.name}`,
      tag,
      env: { OF_IMAGE: 'two' },
    });
    const second = await app.deploy(
      two.image,
      {
        env: 'A=2\nB=2',
        'secret-env': `TOKEN=${secrets.two}\nANOTHER=${secrets.two}`,
        command: 'node /app/server.mjs second',
        volumes: `${volume}:/elsewhere`,
        memory: '200MiB',
        user: '1000:1000',
        labels: 'team=bakery',
      },
      { canaries },
    );
    expect(await app.version()).toBe(`two-${app.name}`);
    expect(two.image).toBe(one.image);
    return { one, two, before, first: first.outputs, second: second.outputs };
  };

  const imageName = ({ reference }: { reference: string }) => encodeURIComponent(reference);

  test.each([
    ['that stands by', false, false],
    ['whose container is gone', true, false],
    ['whose container and image are gone, while its tag names another image', true, true],
  ])('%s brings back exactly what it was', async (_, withoutContainer, withoutImage) => {
    const app = await stand.app();
    const [network, volume] = [`db-${app.listen.port}`, `${app.name}-data`];
    await app.engine('/networks/create', 'POST', { Name: network });
    try {
      const { one, two, before, first, second } = await deployBoth(app, network, volume);
      // The Engine adds a PATH where the image has none.
      const given = before.env.filter((entry: string) => !entry.startsWith('PATH='));
      expect(given).toEqual(['A=1', 'OF_IMAGE=one', 'QUOTED="a = b"', `TOKEN=${secrets.one}`, 'TZ=UTC']);
      if (withoutContainer) await app.engine(`/containers/${first.container}?force=1`, 'DELETE');
      if (withoutImage) {
        await app.engine(`/images/${imageName(one)}?force=1`, 'DELETE');
        await expect(app.engine(`/images/${imageName(one)}/json`, 'GET')).rejects.toThrow('No such image');
      }
      const pulse = app.startPulse();
      const result = await app.rollback(withoutImage ? app.registryLogin : {}, {
        canaries: Object.values(secrets),
      });
      expect((await pulse.stop()).failures).toEqual([]);

      expect(result.outputs).toMatchObject({
        release: first.release,
        'from-release': second.release,
        'image-digest': one.digest,
      });
      if (withoutImage) expect(result.log).toContain(`Pulled ${one.reference}, which was not on the server`);
      else expect(result.log).not.toContain('Pull');
      expect(await containerShape(app, result.outputs.container ?? '')).toEqual(before);
      expect(await app.version()).toBe(`one-${app.name}`);
      for (const [name, value] of [
        ['TOKEN', secrets.one],
        ['A', '1'],
        ['B', null],
        ['ANOTHER', null],
        ['OF_IMAGE', 'one'],
      ] as const) {
        expect(JSON.parse((await app.ask(`/env?name=${name}`)).body).value, name).toBe(value);
      }
      // What the tag names now is nobody's business but the next deploy's.
      const tagged = JSON.parse(await app.engine(`/images/${encodeURIComponent(two.image)}/json`, 'GET'));
      expect(tagged.RepoDigests).toContain(two.reference);
      await app.expectTidy({ standby: 1 });
    } finally {
      await app.remove();
      await app.engine(`/networks/${network}`, 'DELETE');
      await app.engine(`/volumes/${volume}`, 'DELETE').catch(() => {});
    }
  });
});
