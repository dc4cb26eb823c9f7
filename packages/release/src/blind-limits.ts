import type { DeployRequest } from './deploy-request.ts';
import { usualRollout } from './switch-in-force.ts';

/**
 * What a rollback says of limits of the watch that nothing can be held against, because of the switch or the protocol
 * that the record names; undefined when there are none. A deploy refuses them, but a rollback that is needed now must
 * not fail for them.
 */
export function blindLimits({
  switch: wanted,
  config,
  watch,
}: Pick<DeployRequest, 'switch' | 'config' | 'watch'>): string | undefined {
  if (watch.durationMs === 0) return undefined;
  const isSeen = wanted.kind === 'haproxy';
  // The usual limit is there without anybody having asked for it.
  const isRateBlind = !isSeen && watch.maxErrorRate !== usualRollout.watch.maxErrorRate;
  const isLatencyBlind = watch.maxLatencyP95Ms !== undefined && (!isSeen || config.protocol === 'tcp');
  const names = [
    ...(isRateBlind ? ['watch-max-error-rate'] : []),
    ...(isLatencyBlind ? ['watch-max-latency-p95'] : []),
  ];
  if (names.length === 0) return undefined;
  const why = isSeen
    ? 'with protocol tcp there are no answers whose time could be taken'
    : `with "switch: ${wanted.kind}" nothing tells of single requests`;
  const are = names.length === 1 ? 'is' : 'are';
  return `In the watch ${names.join(' and ')} ${are} not looked at, because ${why}.`;
}
