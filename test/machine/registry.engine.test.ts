import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { describeWithEngine } from './describe-with-engine.ts';
import { callEngine } from './engine-call.ts';
import { buildLocalImages, buildTestImages, publishAppImage } from './images.ts';
import { registryAuth, startRegistry } from './registry.ts';

describeWithEngine('images and registry', (engine) => {
  test('an image is published, pulled with the password, run, and refused without', async () => {
    await using registry = await startRegistry();
    const version = `v-${randomUUID()}`;
    const { image, reference, digest } = await publishAppImage(registry, { version });
    expect(await registry.digest('team/app', version)).toBe(digest);
    const pull = (password: string) =>
      callEngine(engine.socket, `/images/create?${new URLSearchParams({ fromImage: reference })}`, {
        method: 'POST',
        headers: {
          'X-Registry-Auth': registryAuth({
            username: registry.username,
            password,
            serveraddress: registry.address,
          }),
        },
      });
    expect((await pull('wrong')).text).toMatch(/unauthorized|authentication|no basic auth/i);
    const pulled = await pull(registry.password);
    expect(pulled.text).toContain(digest);
    const removed = await callEngine(engine.socket, `/images/${reference}?force=1`, { method: 'DELETE' });
    expect(removed.status).toBe(200);
    expect(image).toBe(`${registry.address}/team/app:${version}`);
  });

  test('the images exist locally and the Engine can push them; faults are seen by the Engine', async () => {
    const images = await buildLocalImages(engine.socket);
    await using registry = await startRegistry();
    const pushed = await registry.push(images.exits, 'team/exits:1', engine.socket);
    expect(pushed.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const published = await buildTestImages(registry, ['busybox']);
    registry.faults.setFault({ kind: 'refuse' });
    const path = `/images/create?${new URLSearchParams({ fromImage: published.busybox.reference })}`;
    const failed = await callEngine(engine.socket, path, { method: 'POST' });
    expect(failed.text).toMatch(/reset|EOF|refused/);
    await callEngine(engine.socket, `/images/${pushed.reference}`, { method: 'DELETE' });
  });
});
