import type { Stand, TestApp } from './stand.ts';

/** Deploys versions one after the other, and says their releases' ids. */
export async function deployVersions(
  stand: Stand,
  app: TestApp,
  versions: readonly ('v1' | 'v2' | 'v3' | 'v4')[],
  inputs: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (const version of versions) {
    const { outputs } = await app.deploy(stand.images[version], inputs);
    ids.push(outputs.release ?? '');
  }
  return ids;
}

/** What the record says of each release, by its id. */
export async function verdictsOf(app: TestApp): Promise<Record<string, string>> {
  return Object.fromEntries((await app.releases()).map(({ id, verdict }) => [id, verdict]));
}

/** What the Engine says of each release's container, by the release's id. */
export async function statesOf(app: TestApp): Promise<Record<string, string>> {
  const ofReleases = (await app.containers()).filter(({ role }) => role === 'app');
  return Object.fromEntries(ofReleases.map(({ release, state }) => [release, state]));
}
