import { describe, expect, test } from 'vitest';
import type { Engine, ImageInspect } from '#engine';
import { parseImageReference } from '#engine';
import { digestOf, type ReadyImage, readyImage } from '../src/image-step.ts';

const hex = (letter: string) => `sha256:${letter.repeat(64)}`;
const text = 'registry.example/team/app:main';
const platform = { Os: 'linux', Architecture: 'amd64' };

/** Pulls over what the Engine has under the name, and tells what it was asked to do. */
async function pulled(
  before: ImageInspect | undefined,
  after: ImageInspect,
  reported: string | undefined,
): Promise<{ asked: string[]; image: ReadyImage | undefined; error: Error | undefined }> {
  const asked: string[] = [];
  let present = before;
  const images = {
    inspect: async () => present,
    pull: async () => {
      present = after;
      return { digest: reported };
    },
    remove: async (name: string) => void asked.push(`remove ${name}`),
    tag: async (id: string, name: string) => void asked.push(`tag ${id} as ${name}`),
  };
  const facts = { os: 'linux', architecture: 'amd64', dockerRootDir: undefined };
  const running = readyImage({
    engine: { images } as unknown as Engine,
    reference: parseImageReference(text),
    text,
    auth: undefined,
    policy: 'always',
    facts: facts as unknown as Parameters<typeof readyImage>[0]['facts'],
    freeBytes: async () => undefined,
    lastImageId: undefined,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return running.then(
    (image) => ({ asked, image, error: undefined }),
    (error: Error) => ({ asked, image: undefined, error }),
  );
}

const anImage = (letter: string, more: Partial<ImageInspect> = {}): ImageInspect => ({
  Id: hex(letter),
  RepoDigests: [`registry.example/team/app@${hex(letter)}`],
  ...platform,
  ...more,
});

describe('an image is the deploy’s own, and may be swept one day,', () => {
  test.each([
    ['when the server did not have it', undefined, true],
    ['when its tag meant another image before', anImage('1'), true],
    ['but not when the server had just this one', anImage('2'), false],
  ])('%s', async (_, before, isOwn) => {
    const { image } = await pulled(before, anImage('2'), hex('2'));
    expect(image).toMatchObject({ pulled: isOwn, id: hex('2') });
  });
});

describe('an image for another platform', () => {
  const other = anImage('2', { Architecture: 's390x' });

  test('goes away again, and its tag goes back to the image that had it', async () => {
    const { asked, error } = await pulled(anImage('1'), other, hex('2'));
    expect(error?.message).toMatch(/s390x/);
    expect(asked).toEqual([`remove ${text}`, `tag ${hex('1')} as ${text}`]);
  });

  test('goes away again where there was none before', async () => {
    expect((await pulled(undefined, other, hex('2'))).asked).toEqual([`remove ${text}`]);
  });

  test('stays when the server had it before', async () => {
    expect((await pulled(other, other, hex('2'))).asked).toEqual([]);
  });
});

describe('of an image that several manifests lead to', () => {
  const twice = anImage('2', {
    RepoDigests: ['a', 'b'].map((letter) => `registry.example/team/app@${hex(letter)}`),
  });

  test.each(['a', 'b'])('the record names the one that was pulled: %s', async (letter) => {
    const { image } = await pulled(undefined, twice, hex(letter));
    expect(image).toMatchObject({
      digest: hex(letter),
      runnable: `registry.example/team/app@${hex(letter)}`,
    });
  });

  test('a digest that the Engine does not know the image by is not believed', () => {
    expect(digestOf(twice, parseImageReference(text), hex('c'))).toBe(hex('a'));
  });

  test('the digest that was asked for comes before all others', () => {
    const reference = parseImageReference(`registry.example/team/app@${hex('b')}`);
    expect(digestOf(twice, reference, hex('a'))).toBe(hex('b'));
  });
});
