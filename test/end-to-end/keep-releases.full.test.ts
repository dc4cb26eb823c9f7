import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { publishAppImage } from '../machine/images.ts';
import { verdictsOf } from './deployed-releases.ts';
import { errorsOf } from './run-deploy.ts';
import { type Answer, openStand, type Stand, type TestApp } from './stand.ts';

// What is swept away is never what a rollback would go to, however many bad releases have come since.

describeWithEngine('sweeping old releases', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand([]);
  });
  afterAll(() => stand?.close());

  /** A release of an image of its own, so that nothing else keeps the image on the server. */
  const published = (app: TestApp, name: string) =>
    publishAppImage(stand.registry, { version: `${name}-${app.name}` });

  /** A deploy that goes live, fails its users and is taken back. */
  const deployBad = async (app: TestApp, name: string, inputs: Record<string, string>): Promise<string> => {
    const asked: Promise<Answer>[] = [];
    const result = await app.run(
      await published(app, name),
      { ...inputs, env: 'BAD_AFTER_MS=100', watch: '30s' },
      {
        onLine: (text) => {
          if (/Watching: /.test(text)) for (let count = 0; count < 20; count += 1) asked.push(app.ask('/'));
        },
      },
    );
    await Promise.all(asked);
    expect(errorsOf(result).join()).toContain('turned bad after the switch');
    return result.outputs.release ?? '';
  };

  test('keeps the good ones to go back to, with their images, when bad ones come in between', async () => {
    const app = await stand.app();
    const two = { 'keep-releases': '2' };
    const three = { 'keep-releases': '3' };
    const good = async (name: string, inputs: Record<string, string>): Promise<string> =>
      (await app.deploy(await published(app, name), inputs)).outputs.release ?? '';
    /** Where the next rollback goes by itself, as its list says; its image must be at hand. */
    const next = async (): Promise<string | undefined> => {
      const { outputs } = await app.rollback({ list: 'true' });
      type Row = { id: string; isNext: boolean; imageOnServer: boolean };
      const row = (JSON.parse(outputs.releases ?? '[]') as Row[]).find(({ isNext }) => isNext);
      expect(row?.imageOnServer).toBe(true);
      return row?.id;
    };

    const one = await good('one', two);
    const other = await good('two', two);
    const takenBack = await deployBad(app, 'three', two);
    expect(await next()).toBe(one);

    // Each of these was live for a while, and is bad since the rollback that left it.
    const left: string[] = [];
    for (const name of ['four', 'five']) {
      left.push(await good(name, three));
      expect(await next()).toBe(other);
      // No registry is told, here and below, so the image must have stayed.
      expect((await app.rollback()).outputs).toMatchObject({ release: other });
      expect(await app.version()).toBe(`two-${app.name}`);
    }
    expect(await verdictsOf(app)).toEqual({
      [one]: 'retired',
      [other]: 'live',
      [takenBack]: 'bad',
      ...Object.fromEntries(left.map((id) => [id, 'bad'])),
    });
    expect(await next()).toBe(one);
    expect((await app.rollback()).outputs).toMatchObject({ release: one, 'from-release': other });
    expect(await app.version()).toBe(`one-${app.name}`);
    await app.expectTidy({ standby: 1 });
  });
});
