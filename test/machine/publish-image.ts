import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { cacheFolder, locked } from '../../scripts/test-tools-cache.ts';
import { type ImageLayer, type ImageSpec, imageConfigJson, sha256 } from './image-archive.ts';
import type { PushedImage, TestRegistry } from './registry.ts';
import { tar } from './tar.ts';

interface Compressed {
  data: Buffer;
  digest: string;
  diffId: string;
}

const compressedLayers = new Map<string, Promise<Compressed>>();

/** Compressing 130 MB of Node takes seconds: done once per machine, like the tools. */
function compressed(layer: ImageLayer): Promise<Compressed> {
  let made = compressedLayers.get(layer.content);
  if (!made) {
    made = compress(layer);
    compressedLayers.set(layer.content, made);
  }
  return made;
}

async function compress(layer: ImageLayer): Promise<Compressed> {
  const folder = join(cacheFolder(), 'layers');
  const base = join(folder, sha256(layer.content).slice(0, 32));
  return locked('layers', async () => {
    await mkdir(folder, { recursive: true });
    try {
      const { digest, diffId } = JSON.parse(await readFile(`${base}.json`, 'utf8')) as Compressed;
      const data = await readFile(`${base}.tar.gz`);
      if (sha256(data) === digest) return { data, digest, diffId };
    } catch {
      // Not there, or not whole: made anew.
    }
    const plain = tar(await layer.files());
    const data = await promisify(gzip)(plain, { level: 1 });
    const made = { digest: sha256(data), diffId: sha256(plain) };
    await writeFile(`${base}.tar.gz.new`, data);
    await rename(`${base}.tar.gz.new`, `${base}.tar.gz`);
    await writeFile(`${base}.json`, JSON.stringify(made));
    return { data, ...made };
  });
}

interface Answer {
  status: number;
  location: string | undefined;
  text: string;
}

function call(
  registry: TestRegistry,
  method: string,
  path: string,
  body?: Buffer,
  type?: string,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = request({
    host: '127.0.0.1',
    port: registry.port,
    method,
    path,
    auth: `${registry.username}:${registry.password}`,
    headers: { 'content-length': body?.length ?? 0, 'content-type': type ?? 'application/octet-stream' },
  });
  sent.on('error', reject);
  sent.on('response', async (response) => {
    let text = '';
    for await (const chunk of response) text += String(chunk);
    resolve({ status: response.statusCode ?? 0, location: response.headers.location, text });
  });
  sent.end(body);
  return promise;
}

async function putBlob(
  registry: TestRegistry,
  repository: string,
  digest: string,
  data: Buffer,
): Promise<void> {
  const known = await call(registry, 'HEAD', `/v2/${repository}/blobs/sha256:${digest}`);
  if (known.status === 200) return;
  const started = await call(registry, 'POST', `/v2/${repository}/blobs/uploads/`);
  if (!started.location)
    throw new Error(`The test registry refused an upload: ${started.status} ${started.text}`);
  const joint = started.location.includes('?') ? '&' : '?';
  const put = await call(registry, 'PUT', `${started.location}${joint}digest=sha256:${digest}`, data);
  if (put.status !== 201) throw new Error(`The test registry refused a layer: ${put.status} ${put.text}`);
}

/**
 * Puts an image into the registry over its HTTP API (OCI distribution), as any pushing client would.
 *
 * @param annotations make another manifest of the same image, with a digest of its own
 */
export async function publishImage(
  registry: TestRegistry,
  spec: ImageSpec,
  repositoryAndTag: string,
  annotations?: Readonly<Record<string, string>>,
): Promise<PushedImage> {
  const [repository, tag] = repositoryAndTag.split(':') as [string, string];
  const layers: Compressed[] = [];
  for (const layer of spec.layers) layers.push(await compressed(layer));
  for (const layer of layers) await putBlob(registry, repository, layer.digest, layer.data);
  const config = imageConfigJson(
    spec,
    layers.map((layer) => layer.diffId),
  );
  await putBlob(registry, repository, sha256(config), config);
  const type = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: type,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: config.length,
        digest: `sha256:${sha256(config)}`,
      },
      layers: layers.map((layer) => ({
        mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
        size: layer.data.length,
        digest: `sha256:${layer.digest}`,
      })),
      ...(annotations ? { annotations } : {}),
    }),
  );
  const put = await call(registry, 'PUT', `/v2/${repository}/manifests/${tag}`, manifest, type);
  if (put.status !== 201) throw new Error(`The test registry refused a manifest: ${put.status} ${put.text}`);
  const digest = `sha256:${sha256(manifest)}`;
  const name = `${registry.address}/${repository}`;
  return { image: `${name}:${tag}`, digest, reference: `${name}@${digest}` };
}
