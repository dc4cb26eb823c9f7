import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HaproxySuite, provideHaproxy } from '../../scripts/test-tools.ts';
import type { ImageLayer } from './image-archive.ts';
import { publishHaproxy } from './images.ts';
import type { PushedImage, TestRegistry } from './registry.ts';
import { filesAsEntries, openUnpacked } from './unpacked-programs.ts';

/**
 * The HAProxy of another Debian release as an image: its program with its own loader and libraries, so that it
 * runs whatever C library this machine has.
 *
 * @returns the image, and the version such as `3.2.26`
 * @throws ToolUnavailable where this machine cannot have it
 */
export async function publishUnpackedHaproxy(
  registry: TestRegistry,
  suite: HaproxySuite,
): Promise<{ image: PushedImage; version: string }> {
  const root = await provideHaproxy(suite);
  const unpacked = openUnpacked(root);
  const said = await unpacked.run('usr/sbin/haproxy', ['-v']);
  const version = /version (\d+\.\d+\.\d+)/.exec(said)?.[1] ?? '';
  const files = new Map([
    ['usr/local/sbin/haproxy', join(root, 'usr/sbin/haproxy')],
    ...(await unpacked.libraries('usr/sbin/haproxy')),
  ]);
  const layer: ImageLayer = {
    content: `haproxy ${suite} ${await readFile(join(root, 'packages.txt'), 'utf8')}`,
    files: () => filesAsEntries(files),
  };
  return { image: await publishHaproxy(registry, version, layer), version };
}
