import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from '../../scripts/test-tools-run.ts';
import type { TarEntry } from './tar.ts';

/** Programs of unpacked Debian packages, which run with the loader and the libraries that were unpacked with them. */
export interface UnpackedPrograms {
  /** Runs one, named by its path in the packages. */
  run(program: string, args: readonly string[]): Promise<string>;
  /** The loader and every library of one: where it looks for each in an image, and where each is now. */
  libraries(program: string): Promise<Map<string, string>>;
}

/** @param root the folder that packages were unpacked into, as if it were the root of their system */
export function openUnpacked(root: string): UnpackedPrograms {
  const triplet = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  if (triplet === undefined) throw new Error(`The packages in ${root} came without their libraries.`);
  // Before Debian 13 the packages of the C library still had theirs in /lib.
  const folders = ['usr/lib', 'lib']
    .map((name) => join(root, name, triplet))
    .filter((path) => existsSync(path));
  const loader = folders
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .find((path) => /\/ld-linux[^/]*\.so\.\d$/.test(path));
  if (loader === undefined) throw new Error(`The packages in ${root} came without a loader.`);
  const before = ['--library-path', folders.join(':')];
  return {
    run: (program, args) => run(loader, [...before, join(root, program), ...args]),
    async libraries(program) {
      const listed = await run(loader, [...before, '--list', join(root, program)]);
      return new Map(
        [...listed.matchAll(/^\s*(\S+) => (\S+) \(0x/gm)].map(([, wanted = '', path = '']) => [
          // The loader alone is named by its full path; everything else it looks for in its own folders.
          wanted.startsWith('/') ? wanted.slice(1) : `usr/lib/${triplet}/${basename(wanted)}`,
          path,
        ]),
      );
    },
  };
}

/** Files for an image's layer, by their names in it. */
export function filesAsEntries(files: ReadonlyMap<string, string>): Promise<TarEntry[]> {
  return Promise.all(
    [...files].map(async ([name, path]) => ({ name, data: await readFile(path), mode: 0o755 })),
  );
}
