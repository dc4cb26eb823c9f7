import type { Release } from '../src/release.ts';

/** A release that is whole, with what a test changes of it. */
export function aRelease(changes: Partial<Release> = {}): Release {
  return {
    format: 1,
    id: '20261121-031205-3f9a',
    app: 'shop',
    color: 'blue',
    image: {
      reference: 'registry.example/shop:1',
      digest: `sha256:${'d'.repeat(64)}`,
      id: `sha256:${'1'.repeat(64)}`,
      runnable: `registry.example/shop@sha256:${'d'.repeat(64)}`,
      pulled: true,
    },
    config: {
      containerPort: 8080,
      protocol: 'http',
      env: { MODE: 'production' },
      secretNames: [],
      volumes: [],
      networks: [],
      command: undefined,
      memoryBytes: undefined,
      cpus: undefined,
      user: undefined,
      readOnly: false,
      init: true,
      stopSignal: undefined,
      stopTimeoutMs: 10_000,
      labels: {},
      logMaxSizeBytes: 10_000_000,
    },
    origin: { runUrl: 'https://ci.example/runs/1', actor: 'ann', commit: undefined },
    createdAt: '2026-11-21T03:12:05.000Z',
    verdict: 'live',
    verdictAt: '2026-11-21T03:12:05.000Z',
    reason: undefined,
    liveAt: '2026-11-21T03:12:05.000Z',
    ...changes,
  };
}
