import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';
import type { ProbeOutcome } from './probe-result.ts';

const REFUSED_CODES = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
const BROKEN_CODES = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);
/** RFC 4254, 5.1: the SSH server tried to connect and could not. */
const SSH_CONNECT_FAILED = 2;

/** Nothing accepted the connection at the app's address. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // What #ssh throws for a port that refuses; by name, so that this package runs without it.
  if (error.name === 'SocketRefusedError') return true;
  if (error instanceof ExplainedError) return false;
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return (typeof code === 'string' && REFUSED_CODES.has(code)) || reason === SSH_CONNECT_FAILED;
}

/**
 * Whose fault an error is. Refused and broken connections and nonsense in place of HTTP come from the app. All
 * other errors that explain themselves come from the way to it (SSH lost, forwarding off), and so, to be safe,
 * does everything unknown: an app is never condemned for what is not certainly its doing.
 */
export function classifyConnectionError(error: unknown): Exclude<ProbeOutcome, 'healthy'> {
  if (isRefusal(error)) return 'unhealthy';
  if (!(error instanceof Error) || error instanceof ExplainedError) return 'unmeasured';
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return 'unmeasured';
  return BROKEN_CODES.has(code) || /^(?:HPE_|ERR_HTTP2_)/.test(code) ? 'unhealthy' : 'unmeasured';
}

/** A few words for a report, without control characters. */
export function describeConnectionError(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ECONNREFUSED' || (error instanceof Error && error.name === 'SocketRefusedError'))
    return 'connection refused';
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'connection closed before the answer';
  if (typeof code === 'string' && code.startsWith('HPE_')) return `the answer is not HTTP (${code})`;
  const message = error instanceof Error ? error.message || error.name : String(error);
  return clipEnd(message, 500).replace(/[\p{Cc}\u2028\u2029]+/gu, ' ') || 'unknown error';
}
