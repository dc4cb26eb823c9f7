import { expect, test } from 'vitest';
import { blindLimits } from '../src/blind-limits.ts';
import { aRelease } from './releases.ts';

const { config, rollout, switch: haproxy } = aRelease();
const limited = { ...rollout.watch, maxErrorRate: 0.01, maxLatencyP95Ms: 800 };

test.each([
  ['haproxy', haproxy, 'http', limited, undefined],
  [
    'haproxy and tcp',
    haproxy,
    'tcp',
    limited,
    'In the watch watch-max-latency-p95 is not looked at, because with protocol tcp there are no answers whose time could be taken.',
  ],
  ['haproxy and tcp, without a limit', haproxy, 'tcp', rollout.watch, undefined],
  [
    'no switch',
    { kind: 'none' },
    'http',
    limited,
    'In the watch watch-max-error-rate and watch-max-latency-p95 are not looked at, because with "switch: none" nothing tells of single requests.',
  ],
  ['no switch, and the usual limits', { kind: 'none' }, 'http', rollout.watch, undefined],
  ['no switch and no watch', { kind: 'none' }, 'http', { ...limited, durationMs: 0 }, undefined],
] as const)('limits that nothing is held against are told: %s', (_, wanted, protocol, watch, sentence) => {
  expect(blindLimits({ switch: wanted, config: { ...config, protocol }, watch })).toBe(sentence);
});
