import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from '#engine';
import { ExplainedError } from '#explained-error';
import { probeHttp, probeTcp, versionProblem } from '#probe';
import type { Color, TrafficControl } from '#switch';
import type { Candidate } from './deploy-context.ts';
import { fatalState, UnhealthyError } from './health-gate.ts';
import type { ServedPort } from './release.ts';
import type { HealthRequest, VersionRequest } from './service-settings.ts';

/** A server that is short of breath is no reason to take a good release back; a plain refusal is one. */
const noAnswerDeadlineMs = 10_000;
const wrongAnswerDeadlineMs = 2000;
const proofPauseMs = 100;
const lookEveryMs = 100;

export class ProofError extends ExplainedError {
  override readonly name = 'ProofError';
}

/**
 * Proves that the expected build answers on this way in.
 *
 * @throws ProofError with what answered instead
 */
export async function proveVersion(
  open: () => Promise<Duplex>,
  version: VersionRequest,
  health: HealthRequest,
  config: ServedPort,
): Promise<void> {
  const answer = await probeHttp(open, {
    path: version.path,
    host: health.host,
    protocol: config.protocol === 'h2c' ? 'h2c' : 'http',
    timeoutMs: health.timeoutMs,
    expectedStatus: [{ from: 200, to: 299 }],
  });
  if (answer.outcome !== 'healthy') {
    throw new ProofError(`its version could not be read from ${version.path}: ${answer.detail}`);
  }
  const problem = versionProblem(version.expected, answer);
  if (problem) throw new ProofError(`its build is not the expected one, by ${version.path}: ${problem}`);
}

/**
 * Proves through the switch that the slot answers to clients: by a request, or, for plain TCP, by a connection that is
 * kept. Asked again for a while when it fails.
 *
 * @throws ProofError with what came back last
 */
export async function proveThroughSwitch(
  trafficSwitch: Pick<TrafficControl, 'openAsClient'>,
  color: Color,
  health: HealthRequest,
  config: ServedPort,
  signal: AbortSignal,
): Promise<void> {
  const { protocol } = config;
  const started = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const problem =
      protocol === 'tcp'
        ? await connectThroughSwitch(trafficSwitch, health)
        : await askThroughSwitch(trafficSwitch, color, health, protocol);
    if (problem === undefined) return;
    const deadlineMs = problem.isAnswer ? wrongAnswerDeadlineMs : noAnswerDeadlineMs;
    if (performance.now() - started > deadlineMs) {
      throw new ProofError(`a request through the switch ${problem.sentence}`);
    }
    await delay(proofPauseMs, undefined, { signal });
  }
}

/**
 * Does something with a version that has just got the traffic, as long as it runs. While a container is down the switch
 * lets requests wait for it, so a version that ends in this moment must be known at once, and not by an answer that
 * doesn't come.
 *
 * @throws UnhealthyError when it ends meanwhile
 */
export async function whileItRuns(
  engine: Engine,
  { id, restartsBefore }: Pick<Candidate, 'id' | 'restartsBefore'>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const ending = (async (): Promise<never> => {
    for (;;) {
      await delay(lookEveryMs, undefined, { signal: either });
      // An Engine that is short of breath says nothing about the app.
      const fatal = await fatalState(engine, id, restartsBefore).catch(() => undefined);
      if (fatal !== undefined) throw new UnhealthyError(fatal);
    }
  })();
  try {
    await Promise.race([work(either), ending]);
  } finally {
    done.abort();
  }
}

interface Problem {
  readonly sentence: string;
  /** Something answered, and it was wrong. */
  readonly isAnswer: boolean;
}

async function connectThroughSwitch(
  trafficSwitch: Pick<TrafficControl, 'openAsClient'>,
  health: HealthRequest,
): Promise<Problem | undefined> {
  const answer = await probeTcp(() => trafficSwitch.openAsClient(), health.timeoutMs);
  if (answer.outcome === 'healthy') return undefined;
  return { sentence: `failed: ${answer.detail}`, isAnswer: false };
}

/** What is wrong with the answer to one request, or undefined when it is the slot's. */
async function askThroughSwitch(
  trafficSwitch: Pick<TrafficControl, 'openAsClient'>,
  color: Color,
  health: HealthRequest,
  protocol: 'http' | 'h2c',
): Promise<Problem | undefined> {
  const answer = await probeHttp(() => trafficSwitch.openAsClient(), {
    path: health.path ?? '/',
    host: health.host,
    headers: { 'switchyard-probe': '1' },
    protocol,
    timeoutMs: health.timeoutMs,
    // Without a health path any answer of the app is one; only the slot is in question.
    expectedStatus: health.path === undefined ? [{ from: 100, to: 599 }] : health.statuses,
  });
  if (answer.outcome !== 'healthy') {
    return { sentence: `failed: ${answer.detail}`, isAnswer: answer.status !== undefined };
  }
  const slot = answer.headers?.['switchyard-color'];
  if (slot === color) return undefined;
  const who = slot ?? 'something that names no slot';
  return { sentence: `was answered by ${who}, not by ${color}`, isAnswer: true };
}
