import { LatencyHistogram, rounded } from './latency-histogram.ts';
import {
  type FailureRecord,
  type KindReport,
  type LoadBucket,
  type LoadReport,
  type MixedRecord,
  type TrafficKind,
  trafficKinds,
  type VersionReport,
} from './report.ts';
import { VersionOrder } from './version-order.ts';

export const bucketMs = 100;

interface KindCount {
  requests: number;
  failed: number;
  latency: LatencyHistogram;
}

export interface Attempt {
  kind: TrafficKind;
  /** When the request was due to leave and did. */
  startedMs: number;
  /** When its bytes were written: later than `startedMs` on a new connection. */
  sentMs: number;
  reused: boolean;
}

/** Turns single outcomes into counts, slices of time and records. Knows no socket and no clock. */
export class Recorder {
  readonly order = new VersionOrder();
  readonly #emitBucket: (bucket: LoadBucket) => void;
  readonly #maxRecords: number;
  readonly #kinds = new Map<TrafficKind, KindCount>(
    trafficKinds.map((kind) => [kind, { requests: 0, failed: 0, latency: new LatencyHistogram() }]),
  );
  readonly #latency = new LatencyHistogram();
  readonly #versions = new Map<string, VersionReport>();
  readonly #reasons: Record<string, number> = {};
  readonly #failures: FailureRecord[] = [];
  readonly #mixedAnswers: MixedRecord[] = [];
  #mixed = 0;
  #bucketAtMs = 0;
  #bucketVersions: Record<string, number> = {};
  #bucketLatencies: number[] = [];
  #bucketFailed = 0;
  #bucketMixed = 0;
  #lastAnswerMs = 0;
  #longestGapMs = 0;

  /** @param maxRecords how many failures, and how many mixed answers, are listed; all are counted */
  constructor(emitBucket: (bucket: LoadBucket) => void, maxRecords: number) {
    this.#emitBucket = emitBucket;
    this.#maxRecords = maxRecords;
  }

  answered(attempt: Attempt, version: string, nowMs: number): void {
    this.advance(nowMs);
    const count = this.#count(attempt.kind);
    count.requests += 1;
    const latencyMs = nowMs - attempt.startedMs;
    count.latency.add(latencyMs);
    if (isOrdinary(attempt.kind)) {
      this.#latency.add(latencyMs);
      this.#bucketLatencies.push(latencyMs);
      this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastAnswerMs);
      this.#lastAnswerMs = nowMs;
    }
    this.#bucketVersions[version] = (this.#bucketVersions[version] ?? 0) + 1;
    this.#saw(attempt, version, nowMs);
  }

  failed(attempt: Attempt, reason: string, nowMs: number, version?: string): void {
    this.advance(nowMs);
    const count = this.#count(attempt.kind);
    count.requests += 1;
    count.failed += 1;
    this.#bucketFailed += 1;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (this.#failures.length < this.#maxRecords) {
      this.#failures.push({
        atMs: rounded(nowMs),
        startedMs: rounded(attempt.startedMs),
        kind: attempt.kind,
        reason,
        reused: attempt.reused,
        ...(version === undefined ? {} : { version }),
      });
    }
    if (version !== undefined) this.#saw(attempt, version, nowMs);
  }

  /** Closes the slices of time that lie before `nowMs`. */
  advance(nowMs: number): void {
    while (nowMs >= this.#bucketAtMs + bucketMs) this.#closeBucket();
  }

  /** The report's part that this class knows; closes the last slice. */
  finish(nowMs: number) {
    this.advance(nowMs);
    this.#closeBucket();
    this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastAnswerMs);
    const kinds = Object.fromEntries(
      [...this.#kinds].map(([kind, { requests, failed, latency }]): [string, KindReport] => [
        kind,
        { requests, failed, ...latency.report() },
      ]),
    ) as LoadReport['kinds'];
    const counts = [...this.#kinds.values()];
    return {
      requests: counts.reduce((sum, count) => sum + count.requests, 0),
      failed: counts.reduce((sum, count) => sum + count.failed, 0),
      mixed: this.#mixed,
      longestGapMs: rounded(this.#longestGapMs),
      latency: this.#latency.report(),
      kinds,
      failuresByReason: this.#reasons,
      failures: this.#failures,
      mixedAnswers: this.#mixedAnswers,
      versions: [...this.#versions.values()],
    };
  }

  #saw(attempt: Attempt, version: string, nowMs: number): void {
    const known = this.#versions.get(version);
    if (known === undefined) {
      const atMs = rounded(nowMs);
      this.#versions.set(version, { version, answers: 1, firstAnswerMs: atMs, lastAnswerMs: atMs });
    } else {
      known.answers += 1;
      known.lastAnswerMs = rounded(nowMs);
    }
    if (!this.order.answered(version, attempt.sentMs, nowMs)) return;
    this.#mixed += 1;
    this.#bucketMixed += 1;
    if (this.#mixedAnswers.length < this.#maxRecords) {
      this.#mixedAnswers.push({
        atMs: rounded(nowMs),
        startedMs: rounded(attempt.startedMs),
        kind: attempt.kind,
        version,
        newest: this.order.newest ?? '',
      });
    }
  }

  #closeBucket(): void {
    const sorted = this.#bucketLatencies.sort((a, b) => a - b);
    const at = (share: number) => rounded(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
    this.#emitBucket({
      atMs: this.#bucketAtMs,
      versions: this.#bucketVersions,
      failed: this.#bucketFailed,
      mixed: this.#bucketMixed,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      p99Ms: at(0.99),
      maxMs: at(1),
    });
    this.#bucketAtMs += bucketMs;
    this.#bucketVersions = {};
    this.#bucketLatencies = [];
    this.#bucketFailed = 0;
    this.#bucketMixed = 0;
  }

  #count(kind: TrafficKind): KindCount {
    return this.#kinds.get(kind) as KindCount;
  }
}

function isOrdinary(kind: TrafficKind): boolean {
  return kind === 'keep-alive' || kind === 'new' || kind === 'post' || kind === 'idle';
}
