import { createHash } from 'node:crypto';
import { locked } from '../../scripts/test-tools-cache.ts';
import { callEngine } from './engine-call.ts';
import { type TarEntry, tar } from './tar.ts';

/** Part of an image. `content` changes when the files do, and is cheap to compute; `files` may be slow. */
export interface ImageLayer {
  content: string;
  files: () => Promise<readonly TarEntry[]>;
}

/** The part of an image's configuration that tests use, in the names of the OCI image specification. */
export interface ImageConfig {
  Entrypoint?: readonly string[];
  Cmd?: readonly string[];
  Env?: readonly string[];
  User?: string;
  WorkingDir?: string;
  ExposedPorts?: Record<string, Record<string, never>>;
  StopSignal?: string;
  Labels?: Record<string, string>;
  /** Durations are in nanoseconds. */
  Healthcheck?: { Test: readonly string[]; Interval?: number; Timeout?: number; Retries?: number };
}

export interface ImageSpec {
  /** Name with tag, such as `switchyard-test/app:v1`. */
  name: string;
  layers: readonly ImageLayer[];
  config: ImageConfig;
  architecture?: string;
}

const contentLabel = 'switchyard.test.content';

export const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest('hex');

export function ownArchitecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

function contentOf(spec: ImageSpec): string {
  const layers = spec.layers.map((layer) => layer.content);
  return sha256(JSON.stringify([1, layers, spec.config, spec.architecture ?? ownArchitecture()])).slice(
    0,
    32,
  );
}

/** The configuration file of an image, the same bytes for the same content. */
export function imageConfigJson(spec: ImageSpec, diffIds: readonly string[]): Buffer {
  return Buffer.from(
    JSON.stringify({
      architecture: spec.architecture ?? ownArchitecture(),
      os: 'linux',
      created: '2024-01-01T00:00:00Z',
      config: {
        ...spec.config,
        Env: [
          'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          ...(spec.config.Env ?? []),
        ],
        Labels: { ...spec.config.Labels, [contentLabel]: contentOf(spec) },
      },
      rootfs: { type: 'layers', diff_ids: diffIds.map((id) => `sha256:${id}`) },
      history: diffIds.map(() => ({ created: '2024-01-01T00:00:00Z', created_by: 'switchyard test' })),
    }),
  );
}

async function isLoaded(socket: string, spec: ImageSpec): Promise<boolean> {
  const { status, text } = await callEngine(socket, `/images/${spec.name}/json`);
  if (status !== 200) return false;
  const image = JSON.parse(text) as { Config?: { Labels?: Record<string, string> | null } };
  return image.Config?.Labels?.[contentLabel] === contentOf(spec);
}

/**
 * Makes the images exist in the Engine; those that are there with the same content are left alone. The archive
 * is written here and loaded in one call, layers in common once: no builder, no Dockerfile, no Docker CLI.
 */
export async function loadImages(socket: string, specs: readonly ImageSpec[]): Promise<void> {
  await locked('images', async () => {
    const missing: ImageSpec[] = [];
    for (const spec of specs) if (!(await isLoaded(socket, spec))) missing.push(spec);
    if (missing.length === 0) return;
    const layers = new Map<string, { diffId: string; data: Buffer }>();
    const blobs = new Map<string, Buffer>();
    const manifest: { Config: string; RepoTags: string[]; Layers: string[] }[] = [];
    for (const spec of missing) {
      const diffIds: string[] = [];
      for (const layer of spec.layers) {
        let made = layers.get(layer.content);
        if (!made) {
          const data = tar(await layer.files());
          made = { diffId: sha256(data), data };
          layers.set(layer.content, made);
          blobs.set(`${made.diffId}.tar`, data);
        }
        diffIds.push(made.diffId);
      }
      const config = imageConfigJson(spec, diffIds);
      const configName = `${sha256(config)}.json`;
      blobs.set(configName, config);
      manifest.push({
        Config: configName,
        RepoTags: [spec.name],
        Layers: diffIds.map((id) => `${id}.tar`),
      });
    }
    blobs.set('manifest.json', Buffer.from(JSON.stringify(manifest)));
    const archive = tar([...blobs].map(([name, data]) => ({ name, data })));
    const { status, text } = await callEngine(socket, '/images/load?quiet=1', {
      method: 'POST',
      body: archive,
      contentType: 'application/x-tar',
    });
    if (status !== 200 || text.includes('"error"'))
      throw new Error(`The Engine refused the test images: ${text}`);
  });
}
