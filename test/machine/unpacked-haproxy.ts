import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type HaproxySuite, provideHaproxy } from '../../scripts/test-tools.ts';
import { run } from '../../scripts/test-tools-run.ts';
import type { ImageLayer } from './image-archive.ts';
import { publishHaproxy } from './images.ts';
import type { PushedImage, TestRegistry } from './registry.ts';

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
  const folder = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  if (folder === undefined) throw new Error(`HAProxy of Debian ${suite} came without its libraries.`);
  const libraries = join(root, 'usr/lib', folder);
  const program = join(root, 'usr/sbin/haproxy');
  const loader = readdirSync(libraries).find((name) => /^ld-linux.*\.so\.\d$/.test(name)) ?? '';
  const inside = [join(libraries, loader), '--library-path', libraries];
  const [load = '', ...before] = inside;
  const version = /version (\d+\.\d+\.\d+)/.exec(await run(load, [...before, program, '-v']))?.[1] ?? '';
  const listed = await run(load, [...before, '--list', program]);
  const files: [string, string][] = [['usr/local/sbin/haproxy', program]];
  for (const [, wanted = '', path = ''] of listed.matchAll(/^\s*(\S+) => (\S+) \(0x/gm)) {
    // The loader alone is named by its full path; everything else it looks for in its own folders.
    files.push([wanted.startsWith('/') ? wanted.slice(1) : `usr/lib/${folder}/${basename(wanted)}`, path]);
  }
  const layer: ImageLayer = {
    content: `haproxy ${suite} ${await readFile(join(root, 'packages.txt'), 'utf8')}`,
    files: () =>
      Promise.all(files.map(async ([name, path]) => ({ name, data: await readFile(path), mode: 0o755 }))),
  };
  return { image: await publishHaproxy(registry, version, layer), version };
}
