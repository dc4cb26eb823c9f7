import { type InterruptedJob, interruptedJob, type Restored, type RollbackRequest } from '#release';
import { interrupter, stoppedByJob } from './serve-again.ts';
import { isUp, type StackReading, type StackState } from './stack-context.ts';
import { containerOf } from './stack-parts.ts';
import { choosable, type StackRelease } from './stack-release.ts';
import { serviceSwitchFor } from './switch-access.ts';

/** What the next job will do first of all. */
export interface ForeseenStack {
  readonly restored: Restored | undefined;
  /** What it does, as steps of a plan; what is until then, as warnings. */
  readonly steps: readonly string[];
  readonly warnings: readonly string[];
}

/** What the next job will put right before it does anything else. Changes nothing. */
export async function foreseeStack(reading: StackReading, state: StackState): Promise<ForeseenStack> {
  const { live, containers } = state;
  const cause = live && interrupter(state, live);
  if (!live || !cause) return { restored: undefined, steps: [], warnings: [] };
  const stopped: string[] = [];
  const ledAway: string[] = [];
  for (const [service, { role, color }] of Object.entries(live.services)) {
    const own = role === 'job' ? undefined : containerOf(containers, service, color);
    if (!own) continue;
    const isStopped = stoppedByJob(state, live, own);
    if (isStopped) stopped.push(service);
    if (role !== 'routed' || !(isStopped || isUp(own))) continue;
    const trafficSwitch = serviceSwitchFor(reading, service);
    const leadsTo = (await trafficSwitch.live()) ?? (await trafficSwitch.recorded());
    if (leadsTo !== undefined && leadsTo !== color) ledAway.push(service);
  }
  const isPlural = ledAway.length > 1;
  return {
    restored:
      ledAway.length > 0
        ? { ...cause, how: 'switched back' }
        : stopped.length > 0
          ? { ...cause, how: 'started' }
          : undefined,
    steps: [
      ...(stopped.length > 0 ? [`Start ${listed(stopped)} again, which an earlier job had stopped.`] : []),
      ...(ledAway.length > 0
        ? [`Lead ${listed(ledAway)} back to release ${live.id}, from which an earlier job had begun to move.`]
        : []),
    ],
    warnings: [
      ...(stopped.length > 0
        ? [
            `${listed(stopped)} of release ${live.id} ${stopped.length > 1 ? 'do' : 'does'} not run, because an earlier job had stopped ${stopped.length > 1 ? 'them' : 'it'} and was interrupted; the next deploy or rollback starts ${stopped.length > 1 ? 'them' : 'it'}.`,
          ]
        : []),
      ...(ledAway.length > 0
        ? [
            `${listed(ledAway)} still ${isPlural ? 'lead' : 'leads'} to another release than ${live.id}, because an earlier job was interrupted while it moved the traffic; the next deploy or rollback leads ${isPlural ? 'them' : 'it'} back.`,
          ]
        : []),
    ],
  };
}

/** The interrupted job whose end is all that a rollback would have to do. */
export function foreseenEnd(
  request: Pick<RollbackRequest, 'app' | 'to'>,
  { releases }: StackState,
  live: StackRelease,
  { restored }: ForeseenStack,
): InterruptedJob | undefined {
  return interruptedJob(request, releases.map(choosable), choosable(live), restored);
}

function listed(services: readonly string[]): string {
  return services.join(' and ');
}
