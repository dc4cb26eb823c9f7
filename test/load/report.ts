/** The kinds of traffic that run at the same time. */
export const trafficKinds = ['keep-alive', 'new', 'post', 'slow', 'idle', 'websocket', 'sse'] as const;
export type TrafficKind = (typeof trafficKinds)[number];

export interface Latency {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

/**
 * What finished within one slice of time. Latency covers the ordinary requests only (keep-alive, new, post,
 * idle): responses that are slow on purpose and streams would hide everything else.
 */
export interface LoadBucket extends Latency {
  /** Start of the slice in milliseconds after `LoadReport.startedAt`. */
  atMs: number;
  /** Answered requests by the version that answered. */
  versions: Record<string, number>;
  failed: number;
  mixed: number;
}

export interface FailureRecord {
  atMs: number;
  startedMs: number;
  kind: TrafficKind;
  /** `status 502`, `reset`, `closed`, `refused`, `timeout`, `malformed: …`, `no version`, `not sent`, … */
  reason: string;
  /** The connection had already answered an earlier request. */
  reused: boolean;
  version?: string;
}

/** A request that began after `newest` had first answered and was still answered by `version`. */
export interface MixedRecord {
  atMs: number;
  startedMs: number;
  kind: TrafficKind;
  version: string;
  newest: string;
}

export interface KindReport extends Latency {
  requests: number;
  failed: number;
}

export interface VersionReport {
  version: string;
  answers: number;
  firstAnswerMs: number;
  lastAnswerMs: number;
}

export interface StreamReport {
  opened: number;
  /** Ended as the protocol wants it: a WebSocket close frame, the last chunk of an event stream. */
  closed: number;
  /** Ended by a reset or by the end of the connection without a goodbye. */
  cut: number;
  messages: number;
}

export interface ScheduleReport {
  planned: number;
  /** Requests sent more than `lateAfterMs` after their time. */
  late: number;
  lateAfterMs: number;
  /** Requests given up because too many were in flight already; they count as failed. */
  unsent: number;
  lagP50Ms: number;
  lagP99Ms: number;
  lagMaxMs: number;
}

export interface OrderReport {
  sentIds: string[];
  acknowledgedIds: string[];
}

export interface LoadMark {
  name: string;
  atMs: number;
}

export interface LoadReport {
  /** Milliseconds since the epoch; every `…Ms` time below counts from here. */
  startedAt: number;
  durationMs: number;
  requests: number;
  failed: number;
  mixed: number;
  /** The longest time in which not one ordinary request was answered. */
  longestGapMs: number;
  /** Keep-alive connections that the server closed while no request was on them. No request was lost. */
  idleCloses: number;
  latency: Latency;
  kinds: Record<TrafficKind, KindReport>;
  failuresByReason: Record<string, number>;
  /** The first `maxRecords`. */
  failures: FailureRecord[];
  /** The first `maxRecords`. */
  mixedAnswers: MixedRecord[];
  versions: VersionReport[];
  webSocket: StreamReport;
  sse: StreamReport;
  schedule: ScheduleReport;
  orders: OrderReport;
  /** What the generator itself used, in milliseconds of processor time. */
  cpu: { totalMs: number; perThousandRequestsMs: number };
  bucketMs: number;
  buckets: LoadBucket[];
  marks: LoadMark[];
}

/** What the generator sends at its end: the report without what the parent gathered itself. */
export interface LoadSummary extends Omit<LoadReport, 'buckets' | 'marks' | 'orders'> {
  /** Order ids are `<prefix>-<number>`, numbered from 0; sent as numbers to keep the message small. */
  orders: { prefix: string; sent: number; unacknowledged: number[] };
}

/** One line from the generator to its parent. */
export type GeneratorMessage =
  | { started: number }
  | { bucket: LoadBucket }
  | { summary: LoadSummary }
  | { error: string };

/** One line from the parent to the generator, after the configuration. */
export type GeneratorCommand = { expect: string[] } | { stop: true };
