import { parseHost } from '#action-kit';
import { ExplainedError } from '#explained-error';

/**
 * What a Host header may be: a host name or an IP address, of IPv6 in brackets, and a port if need be (RFC 9110, 7.2).
 *
 * @throws ExplainedError with one sentence that does not name the input
 */
export function parseHostHeader(text: string): string {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  if (isPort && isHost(bracketed ?? plain ?? '') && bracketed?.includes(':') !== false) return text;
  throw new ExplainedError(
    'must be a host name or an IP address, with a port if need be, like app.example.com, 127.0.0.1:8080 or [::1]:8080',
  );
}

function isHost(text: string): boolean {
  try {
    return parseHost(text) === text;
  } catch {
    return false;
  }
}
