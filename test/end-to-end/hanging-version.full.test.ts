import { expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { openStand, refusalOf } from './stand.ts';

// It takes as long as a watch of usual length and the time-outs of three health checks.

describeWithEngine('a version that hangs once it serves', () => {
  test('is taken back by a watch of usual length, although none of its requests ever ends', async () => {
    await using stand = await openStand(['v1', 'v2']);
    const app = await stand.app();
    await app.deploy(stand.images.v1);
    const hang = async (line: string) => {
      if (!/is live\.$/.test(line)) return;
      // The newest: the old one's record still says that it is live.
      const id = (await app.containers()).findLast(({ role }) => role === 'app')?.id;
      await app.engine(`/containers/${id}/kill?signal=STOP`);
    };
    const result = await app.run(
      stand.images.v2,
      { watch: '10s', init: 'false', 'drain-timeout': '1s' },
      { onLine: (line) => void hang(line) },
    );
    const { sentence } = refusalOf(result);
    expect(sentence).toMatch(/3 health checks in a row failed/);
    expect(result.outputs).toMatchObject({ switched: 'true', 'rolled-back': 'true' });
    expect(await app.version()).toBe('v1');
    await app.remove();
  });
});
