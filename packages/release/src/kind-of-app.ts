import type { Server } from './server.ts';

/** Whether the record of an app is that of a whole Compose stack. */
export async function isStack(
  { files, home }: Pick<Server, 'files' | 'home'>,
  app: string,
): Promise<boolean> {
  const folder = `${home}/.switchyard/${app}/releases`;
  const entries = await files.list(folder);
  const newest = entries
    .filter(({ name, isFile }) => isFile && name.endsWith('.json'))
    .toSorted((a, b) => (a.name < b.name ? 1 : -1));
  for (const { name } of newest) {
    try {
      const { kind } = JSON.parse((await files.read(`${folder}/${name}`)) ?? '') as { kind?: unknown };
      return kind === 'stack';
    } catch {
      // A damaged record says nothing; another one may.
    }
  }
  return false;
}
