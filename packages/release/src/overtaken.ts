import { ExplainedError } from '#explained-error';
import type { Turn } from './deploy-context.ts';
import type { Waited } from './lease.ts';
import type { RecordedRelease } from './release.ts';

export class OvertakenError extends ExplainedError {
  override readonly name = 'OvertakenError';
}

/**
 * Who asked for a rollback while another job was at work meant to leave what was live before.
 *
 * @param before the releases as the jobs in front have left them: what this job itself has mended is no news
 * @throws OvertakenError when a job that this one has waited for has brought another release live or taken one back
 */
export function refuseOvertaken(
  app: string,
  before: readonly RecordedRelease[],
  live: RecordedRelease,
  { lease: { waited } }: Pick<Turn, 'lease'>,
): void {
  const what = waited && (broughtLive(app, before, live, waited) ?? tookBack(app, before, live, waited));
  if (what === undefined) return;
  throw new OvertakenError(
    `${what}, so nothing was changed; if that one is to be left as well, run it again.`,
  );
}

function broughtLive(
  app: string,
  before: readonly RecordedRelease[],
  { id, leaves }: RecordedRelease,
  waited: Waited,
): string | undefined {
  const recorded = before.find((release) => release.id === id);
  // It has the traffic, and its job could not write so any more. Since when, is not known.
  if (recorded?.verdict === 'pending' && isSince(recorded, waited.holderSinceMs))
    return `A deploy in front of this rollback of ${app} was interrupted when it had brought release ${id} live`;
  if (recorded?.verdict !== 'live') return undefined;
  // What a deploy had brought live before may well be why this rollback was asked for.
  if (!isSince(recorded, leaves ? waited.holderSinceMs : waited.fromMs)) return undefined;
  return leaves
    ? `Another rollback of ${app}, which was at work when this one was started, has brought back release ${id}`
    : `While this rollback of ${app} waited for its turn, a deploy brought release ${id} live`;
}

/** Of a release that its own deploy took back, the person who asked may have seen no more than that it failed. */
function tookBack(
  app: string,
  before: readonly RecordedRelease[],
  live: RecordedRelease,
  { holderSinceMs }: Waited,
): string | undefined {
  const taken = before.findLast(
    (release) => release.verdict === 'bad' && release.id > live.id && isSince(release, holderSinceMs),
  );
  return (
    taken &&
    `A job in front of this rollback of ${app} has taken release ${taken.id} back, and release ${live.id} serves again`
  );
}

function isSince({ verdictAt }: RecordedRelease, timeMs: number): boolean {
  return Date.parse(verdictAt) >= timeMs;
}
