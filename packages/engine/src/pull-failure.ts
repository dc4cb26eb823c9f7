import { clipEnd } from '#clipped-text';
import { EngineError } from './engine-error.ts';
import { printable } from './printable.ts';

export type PullFailureKind =
  | 'unauthorized'
  | 'not-found'
  | 'wrong-platform'
  | 'no-space'
  | 'rate-limited'
  | 'plain-http'
  | 'tls'
  | 'dns'
  | 'timeout'
  | 'unreachable'
  | 'damaged'
  | 'registry-error'
  | 'unknown';

/** An image that could not be pulled, with the reason sorted out. */
export class PullError extends EngineError {
  override readonly name: string = 'PullError';
  readonly kind: PullFailureKind;

  constructor(kind: PullFailureKind, reference: string, details: PullFailureDetails) {
    super(explainPullFailure(kind, reference, details), details);
    this.kind = kind;
  }
}

interface PullFailureDetails {
  engineMessage: string;
  withCredentials: boolean;
  status?: number;
  cause?: unknown;
}

// The order decides: a message may hold several of these ("unauthorized … not found" is Docker Hub's way of
// saying either), and the first match is the one a person can act on.
const SIGNS: readonly (readonly [PullFailureKind, RegExp])[] = [
  ['no-space', /no space left on device|disk quota exceeded|not enough (?:disk )?space/i],
  ['rate-limited', /toomanyrequests|too many requests|rate limit/i],
  [
    'wrong-platform',
    /no match(?:ing)? (?:for platform|manifest for)|no matching manifest|does not (?:match|provide) the (?:specified )?platform|image operating system .* cannot be used/i,
  ],
  ['plain-http', /server gave HTTP response to HTTPS client/i],
  ['tls', /x509:|tls:|certificate (?:signed|has expired|is (?:not )?valid)|bad certificate/i],
  ['dns', /no such host|server misbehaving|temporary failure in name resolution/i],
  // Docker Hub answers "pull access denied … repository does not exist or may require 'docker login'" for both.
  [
    'unauthorized',
    /unauthorized|authentication required|no basic auth credentials|incorrect username or password|insufficient_scope|authorization failed|(?<!permission )\bdenied\b|\bforbidden\b/i,
  ],
  ['not-found', /manifest unknown|manifest for .* not found|name unknown|repository .* not found|not found/i],
  [
    'timeout',
    /i\/o timeout|TLS handshake timeout|deadline exceeded|Client\.Timeout|request canceled while waiting|net\/http: timeout/i,
  ],
  [
    'unreachable',
    /connection refused|network is unreachable|no route to host|connection reset by peer|proxyconnect/i,
  ],
  [
    'damaged',
    /unexpected EOF|\bEOF$|filesystem layer verification failed|failed (?:size )?validation|invalid checksum|unexpected commit digest|failed to register layer/i,
  ],
  [
    'registry-error',
    /received unexpected HTTP status: 5|internal server error|bad gateway|service unavailable|gateway time-?out|unexpected status .*5\d\d/i,
  ],
];

/** What kind of failure the Engine's words about a pull mean. */
export function classifyPullFailure(engineMessage: string): PullFailureKind {
  const message = engineMessage.slice(0, 4_000);
  return SIGNS.find(([, sign]) => sign.test(message))?.[0] ?? 'unknown';
}

function explainPullFailure(kind: PullFailureKind, reference: string, details: PullFailureDetails): string {
  const what = `The server could not pull ${reference}`;
  const said = clipEnd(printable(details.engineMessage).trim(), 500);
  // Not three dots: they are the mark of a cut.
  const quote = said === '' ? '' : ` (${said.replace(/(?<!\.)\.?\s*$/, '')})`;
  switch (kind) {
    case 'unauthorized':
      return details.withCredentials
        ? `${what}: the registry does not accept these credentials for it, or there is no such image; check registry-username, registry-password and their read permission${quote}.`
        : `${what}: the registry asks for credentials, or there is no such image; set registry-username and registry-password${quote}.`;
    case 'not-found':
      return `${what}: the registry has no such image or tag; check the name, and that the build has pushed it${quote}.`;
    case 'wrong-platform':
      return `${what}: the image was not built for the server's CPU architecture; build it for that platform too${quote}.`;
    case 'no-space':
      return `${what}: the server's disk is full; free space in the Engine's data folder${quote}.`;
    case 'rate-limited':
      return `${what}: the registry's rate limit is reached; set registry-username and registry-password, or wait${quote}.`;
    case 'plain-http':
      return `${what}: the registry speaks plain HTTP; give it TLS, or list it under "insecure-registries" of the server's Engine${quote}.`;
    case 'tls':
      return `${what}: the server does not trust the registry's certificate; mend the certificate or install its CA on the server${quote}.`;
    case 'dns':
      return `${what}: the server cannot resolve the registry's name; check the name and the server's DNS${quote}.`;
    case 'timeout':
      return `${what}: the registry did not answer in time; check the server's network, then run again${quote}.`;
    case 'unreachable':
      return `${what}: the server cannot reach the registry; check its network, firewall and proxy${quote}.`;
    case 'damaged':
      return `${what}: what arrived was incomplete or damaged; run again${quote}.`;
    case 'registry-error':
      return `${what}: the registry failed; run again later${quote}.`;
    case 'unknown':
      return `${what}${quote === '' ? '; the Engine gave no reason' : `: ${said.replace(/[.\s]+$/, '')}`}.`;
  }
}
