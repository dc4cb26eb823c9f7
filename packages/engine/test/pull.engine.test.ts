import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngine } from '../../../test/machine/describe-with-engine.ts';
import { buildTestImages } from '../../../test/machine/images.ts';
import { type PushedImage, startRegistry, type TestRegistry } from '../../../test/machine/registry.ts';
import { type Engine, openEngine, type PullEvent, unixSocket } from '../src/index.ts';

describeWithEngine('pulling from a real registry', ({ socket }) => {
  let registry: TestRegistry;
  let engine: Engine;
  let busybox: PushedImage;
  let foreign: PushedImage;

  beforeAll(async () => {
    registry = await startRegistry();
    ({ busybox, otherArchitecture: foreign } = await buildTestImages(registry, [
      'busybox',
      'otherArchitecture',
    ]));
    engine = await openEngine(unixSocket(socket));
  });

  afterAll(async () => {
    for (const one of [busybox, foreign]) await engine.images.remove(one.image, { force: true });
    engine.close();
    await registry.close();
  });

  const auth = () => ({ username: registry.username, password: registry.password });

  it('pulls by tag and by digest, with news', async () => {
    const events: PullEvent[] = [];
    const result = await engine.images.pull(busybox.image, {
      auth: auth(),
      onProgress: (event) => events.push(event),
    });
    expect(result.digest).toBe(busybox.digest);
    expect(events.length).toBeGreaterThan(1);
    expect(result.totals.layersDone).toBe(result.totals.layers);
    const again = await engine.images.pull(busybox.reference, { auth: auth() });
    expect(again).toMatchObject({ digest: busybox.digest, changed: false });
    expect(await engine.images.inspect(busybox.reference)).toBeDefined();
    expect((await engine.images.distributionInspect(busybox.image, { auth: auth() })).Descriptor.digest).toBe(
      busybox.digest,
    );
  });

  it('tells a missing tag, wrong and missing credentials, and a dead registry apart', async () => {
    const kind = (reference: string, options = {}) =>
      engine.images.pull(reference, options).then(
        () => 'pulled',
        (error) => error.kind,
      );
    const missing = busybox.image.replace(/:[^:]*$/, ':no-such-tag');
    expect(await kind(missing, { auth: auth() })).toBe('not-found');
    expect(await kind(missing)).toBe('unauthorized');
    expect(await kind(missing, { auth: { username: 'deployer', password: 'wrong' } })).toBe('unauthorized');
    expect(await kind('localhost:1/team/app:1')).toBe('unreachable');
    const lookUp = await engine.images.distributionInspect(missing, { auth: auth() }).catch((error) => error);
    expect(lookUp).toMatchObject({ name: 'PullError', kind: 'not-found' });
  });

  it('leaves no credentials in what it throws', async () => {
    const failure = await engine.images
      .pull('localhost:1/team/app:1', { auth: auth() })
      .catch((error) => error);
    expect(JSON.stringify([failure, failure.message, failure.stack, failure.cause?.message])).not.toContain(
      registry.password,
    );
  });
});
