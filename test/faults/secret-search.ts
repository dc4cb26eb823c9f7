import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { containersOf } from '../end-to-end/app-on-engine.ts';
import { callEngine } from '../machine/engine-call.ts';
import { findLeaks } from '../runner/leaks.ts';
import type { Scene } from './scene.ts';

/**
 * Secrets in what the app, the switch and the actions write as they go: the logs of every container of the app that
 * there is, and the journal. The app's own secret belongs into its containers' definitions, but into no log. A
 * container that has been removed can't be asked any more, so this looks before the next deploy sweeps.
 */
export async function secretsInLogs({ engine, stage }: Scene): Promise<string[]> {
  const journal = join(stage.server.home, '.switchyard', stage.app, 'journal.jsonl');
  const places = new Map([['the journal', await readFile(journal, 'utf8').catch(() => '')]]);
  for (const { id, name } of await containersOf(engine.socket, stage.app)) {
    const { status, text } = await callEngine(engine.socket, `/containers/${id}/logs?stdout=1&stderr=1`);
    // One that is gone meanwhile has none.
    if (status === 200) places.set(`the log of ${name}`, text);
    else if (status !== 404) return [`The log of ${name} could not be read: ${text}`];
  }
  return findLeaks(stage.canaries, places).map(({ place, form }) => `A secret (${form}) is in ${place}.`);
}
