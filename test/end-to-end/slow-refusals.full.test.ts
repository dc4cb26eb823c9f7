import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import { startTestServer, type TestServerOptions } from '../machine/server.ts';
import { deployTwice } from './deploy-twice.ts';
import { openStand, refusalOf, type Stand } from './stand.ts';

// What takes minutes by its nature, or differs from a test of every day in one setting only.

describeWithEngine('a deploy in trying circumstances', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand(['v1', 'v2']);
  });
  afterAll(() => stand?.close());

  test.each<[string, TestServerOptions]>([
    ['no TCP (AllowTcpForwarding no)', { allowTcpForwarding: 'no' }],
    ['no sockets (AllowStreamLocalForwarding no)', { allowStreamLocalForwarding: 'no' }],
    ['nothing (DisableForwarding yes)', { disableForwarding: true }],
  ])('goes through an sshd that forwards %s', async (_, options) => {
    await using server = await startTestServer(options);
    await deployTwice(stand, server);
  });

  test('gives up on a registry that accepts and says nothing, and v1 serves all the time', async () => {
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const image = await publishAppImage(stand.registry, { version: `stalled-${app.name}` });
    const pulse = app.startPulse();
    stand.registry.faults.setFault({ kind: 'hang' });
    const result = await app.run(image).finally(() => stand.registry.faults.setFault({ kind: 'none' }));
    stand.registry.faults.cutAll();
    const { sentence } = refusalOf(result);
    expect(sentence).toMatch(/could not pull .*(?:did not answer in time|no progress for 120 s)/);
    expect(sentence).toMatch(/ Release \S+ \(blue\) still serves\.$/);
    const { failures, versions } = await pulse.stop();
    expect(failures).toEqual([]);
    expect(versions).toEqual(['v1']);
    await app.expectTidy();
  });
});
