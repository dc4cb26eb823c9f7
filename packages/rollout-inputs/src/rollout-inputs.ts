import type { InputReader } from '#action-kit';
import { parseStatusRanges } from '#probe';
import type { HealthRequest, RolloutChanges, WatchRequest } from '#release';
import { checkNamed } from './check-named.ts';
import { parseHostHeader } from './host-header.ts';

const longestMs = 24 * 3_600_000;

/** The health, watch and drain inputs where an empty one leaves something as it was. */
export function readRolloutChanges(reader: InputReader): RolloutChanges {
  const path = reader.optionalUrlPath('health-path');
  const command = reader.optionalCommand('health-command');
  if (path !== undefined && command !== undefined) {
    reader.problem('health-command', 'and health-path are both given; give only one of them');
  }
  const host = reader.optionalText('health-host');
  const statuses = reader.optionalText('health-status');
  return {
    health: {
      path,
      command,
      host: host === undefined ? undefined : reader.check('health-host', () => parseHostHeader(host)),
      statuses:
        statuses === undefined
          ? undefined
          : checkNamed(reader, 'health-status', () => parseStatusRanges(statuses)),
      intervalMs: reader.optionalDuration('health-interval', { min: 10 }),
      timeoutMs: reader.optionalDuration('health-timeout', { min: 10 }),
      threshold: reader.optionalInteger('healthy-threshold', { min: 1, max: 1000 }),
      startTimeoutMs: reader.optionalDuration('start-timeout', { min: 100 }),
    },
    watch: {
      durationMs: reader.optionalDuration('watch', { max: longestMs }),
      maxErrorRate: reader.optionalRatio('watch-max-error-rate'),
      maxLatencyP95Ms: reader.optionalDuration('watch-max-latency-p95', { min: 1 }),
    },
    drainTimeoutMs: reader.optionalDuration('drain-timeout', { max: longestMs }),
  };
}

/** The same inputs where each must have a value. */
export function readRollout(reader: InputReader): {
  health: HealthRequest;
  watch: WatchRequest;
  drainTimeoutMs: number;
} {
  const { health, watch, drainTimeoutMs } = readRolloutChanges(reader);
  const needed = <T>(name: string, value: T | undefined, placeholder: T): T => {
    const isReported = reader.problems.some((problem) => problem.input === name);
    if (value === undefined && !isReported) reader.problem(name, 'is required and was not given');
    return value ?? placeholder;
  };
  return {
    health: {
      path: health.path,
      command: health.command,
      host: needed('health-host', health.host, 'localhost'),
      statuses: needed('health-status', health.statuses, []),
      intervalMs: needed('health-interval', health.intervalMs, 1),
      timeoutMs: needed('health-timeout', health.timeoutMs, 1),
      threshold: needed('healthy-threshold', health.threshold, 1),
      startTimeoutMs: needed('start-timeout', health.startTimeoutMs, 1),
    },
    watch: {
      durationMs: needed('watch', watch.durationMs, 0),
      maxErrorRate: needed('watch-max-error-rate', watch.maxErrorRate, 0),
      maxLatencyP95Ms: watch.maxLatencyP95Ms,
    },
    drainTimeoutMs: needed('drain-timeout', drainTimeoutMs, 0),
  };
}
