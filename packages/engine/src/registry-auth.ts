import type { RegistryAuth } from './engine.ts';
import { parseImageReference } from './image-reference.ts';

/**
 * The X-Registry-Auth header: base64url of JSON, with padding (Engines before 23 insist on it). Source:
 * https://docs.docker.com/reference/api/engine/ ("Authentication").
 */
export function registryAuthHeader(
  reference: string,
  auth: RegistryAuth | undefined,
): Record<string, string> {
  if (auth === undefined) return {};
  const { registry } = parseImageReference(reference);
  const json = JSON.stringify({
    username: auth.username,
    password: auth.password,
    serveraddress: registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry,
  });
  return {
    'X-Registry-Auth': Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  };
}
