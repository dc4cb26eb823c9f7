import { sentenceOf } from '#explained-error';
import { SwitchError } from './haproxy-runtime.ts';
import type { SwitchFolder } from './surroundings.ts';

/**
 * The traffic has moved, and the file that a restart of the switch reads does not say so. Who goes back has arrived all
 * the same, and the next job's recover() mends the file.
 */
export class TrafficMovedError extends SwitchError {}

/**
 * Makes the map file say what the process in front of it serves already. On a full disk it can't be written, but when
 * the traffic goes back for that very reason, it still says what it must.
 *
 * @param serves what serves what, as the start of a sentence
 * @throws TrafficMovedError
 */
export async function recordTraffic(
  folder: SwitchFolder,
  path: string,
  text: string,
  serves: string,
): Promise<void> {
  const [written] = await Promise.allSettled([folder.write(path, text, 0o600)]);
  const [found] = await Promise.allSettled([folder.read(path)]);
  if (found.status === 'fulfilled' && found.value === text) return;
  const failed = [written, found].find((step) => step.status === 'rejected');
  const why = failed ? ` (${sentenceOf(failed.reason).replace(/[.\s]+$/, '')})` : '';
  throw new TrafficMovedError(
    `${serves}, but ${path} could not be made to say so${why}; look at the disk of the server.`,
    { cause: failed?.reason },
  );
}
