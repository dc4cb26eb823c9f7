import { ExplainedError } from '#explained-error';
import { ipVersion } from './ip-version.ts';

/** Where something listens. `host` of an IPv6 address has no brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const EXAMPLES = '127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080';

/**
 * Reads `127.0.0.1:8080` or `[::1]:8080`. `:8080` and `8080` are refused, because whether the whole internet
 * may connect is not ours to guess.
 * @throws ExplainedError with one sentence that does not name the input
 */
export function parseAddress(text: string, options: { hostNames?: boolean } = {}): Address {
  if (/^:?\d+$/.test(text)) {
    const port = text.replace(':', '');
    throw new ExplainedError(
      `must say on which address: 127.0.0.1:${port} (only this server) or 0.0.0.0:${port} (everybody)`,
    );
  }
  const bracketed = /^\[([^\]]*)\]:(\d{1,5})$/.exec(text);
  const plain = /^([^:[\]]+):(\d{1,5})$/.exec(text);
  const host = bracketed?.[1] ?? plain?.[1];
  const port = Number(bracketed?.[2] ?? plain?.[2]);
  if (host === undefined) {
    // Both an address and one with a port that lacks its brackets; a port is what belongs here.
    const [, address = '', digits = ''] = /^(.+):(\d{2,5})$/.exec(text) ?? [];
    if (ipVersion(address) === 6 && Number(digits) <= 65_535)
      throw new ExplainedError(`needs brackets around an IPv6 address, like [${address}]:${digits}`);
    if (ipVersion(text) === 6) throw new ExplainedError(`needs a port and brackets, like [${text}]:8080`);
    if (ipVersion(text) === 4) throw new ExplainedError(`needs a port, like ${text}:8080`);
    if (/^[0-9a-f:.]+$/i.test(text)) {
      throw new ExplainedError('needs brackets around an IPv6 address, like [::1]:8080');
    }
    throw new ExplainedError(`must be an address and a port, like ${EXAMPLES}`);
  }
  if (port < 1 || port > 65_535) throw new ExplainedError('needs a port from 1 to 65535');
  if (bracketed !== null ? ipVersion(host) === 6 : ipVersion(host) === 4) return { host, port };
  if (bracketed === null && options.hostNames === true && isHostName(host)) return { host, port };
  throw new ExplainedError(`must be an IP address and a port, like ${EXAMPLES}`);
}

/** Writes an address back: `127.0.0.1:8080`, `[::1]:8080`. */
export function formatAddress(address: Address): string {
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/**
 * Reads a host name or an IP address without brackets.
 * @throws ExplainedError with one sentence that does not name the input
 */
export function parseHost(text: string): string {
  if (ipVersion(text) !== undefined || isHostName(text)) return text;
  if (text.includes('://'))
    throw new ExplainedError('must be a host name only, without a scheme such as ssh://');
  if (text.includes('@'))
    throw new ExplainedError('must be a host name only; the user has an input of its own');
  if (text.startsWith('[')) throw new ExplainedError('must be an IPv6 address without brackets');
  if (/^[^:]+:\d+$/.test(text)) {
    throw new ExplainedError('must be a host name only; the port has an input of its own');
  }
  throw new ExplainedError('must be a host name or an IP address, like app.example.com or 192.0.2.10');
}

/** Letters, digits, hyphens and (as many internal networks have them) underscores; never starts with a hyphen. */
function isHostName(text: string): boolean {
  if (text.length > 253 || /^[\d.]+$/.test(text)) return false;
  return text
    .replace(/\.$/, '')
    .split('.')
    .every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
}
