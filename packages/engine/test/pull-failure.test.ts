import { describe, expect, it } from 'vitest';
import { classifyPullFailure, PullError } from '../src/index.ts';

// Words of real Engines (20.10 to 29, classic and containerd image store) and registries.
describe('sorting out why a pull failed', () => {
  it.each([
    [
      "pull access denied for nope/nope, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'unauthorized',
    ],
    ['Head "https://ghcr.io/v2/a/b/manifests/1": unauthorized', 'unauthorized'],
    ['Get "http://localhost:5000/v2/team/app/manifests/v1": no basic auth credentials', 'unauthorized'],
    ['error from registry: denied', 'unauthorized'],
    [
      'failed to resolve reference "r.example/a:1": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials',
      'unauthorized',
    ],
    [
      'Head "https://registry-1.docker.io/v2/a/b/manifests/1": unauthorized: incorrect username or password',
      'unauthorized',
    ],
    [
      'unexpected status from HEAD request to https://r.example/v2/a/manifests/1: 403 Forbidden',
      'unauthorized',
    ],
    ['manifest for localhost:5000/app:v9 not found: manifest unknown: manifest unknown', 'not-found'],
    ['failed to resolve reference "localhost:5000/app:v9": localhost:5000/app:v9: not found', 'not-found'],
    ['name unknown: repository name not known to registry', 'not-found'],
    ['no matching manifest for linux/amd64 in the manifest list entries', 'wrong-platform'],
    ['no match for platform in manifest: not found', 'wrong-platform'],
    [
      'image operating system "windows" cannot be used on this platform: operating system is not supported',
      'wrong-platform',
    ],
    ['failed to register layer: write /usr/bin/node: no space left on device', 'no-space'],
    ['toomanyrequests: You have reached your pull rate limit.', 'rate-limited'],
    ['Get "https://10.0.0.5:5000/v2/": http: server gave HTTP response to HTTPS client', 'plain-http'],
    ['Get "https://r.example/v2/": x509: certificate signed by unknown authority', 'tls'],
    ['Get "https://r.example/v2/": tls: failed to verify certificate: x509: certificate has expired', 'tls'],
    ['Get "https://r.example/v2/": dial tcp: lookup r.example on 127.0.0.53:53: no such host', 'dns'],
    ['Get "https://r.example/v2/": net/http: TLS handshake timeout', 'timeout'],
    ['Get "https://r.example/v2/": dial tcp 10.0.0.5:443: i/o timeout', 'timeout'],
    [
      'Get "https://r.example/v2/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'timeout',
    ],
    ['Get "http://localhost:5999/v2/": dial tcp [::1]:5999: connect: connection refused', 'unreachable'],
    ['unexpected EOF', 'damaged'],
    ['filesystem layer verification failed for digest sha256:aa', 'damaged'],
    ['received unexpected HTTP status: 502 Bad Gateway', 'registry-error'],
    ['something nobody has seen yet', 'unknown'],
    ['', 'unknown'],
  ])('%s → %s', (message, kind) => {
    expect(classifyPullFailure(message)).toBe(kind);
  });

  it('says what to do in one line, with the words of the Engine', () => {
    const details = { engineMessage: 'manifest unknown\n::error::x', withCredentials: false };
    const error = new PullError('not-found', 'r.example/app:1', details);
    expect(error.message).toBe(
      'The server could not pull r.example/app:1: the registry has no such image or tag; check the name, and that the build has pushed it (manifest unknown ::error::x).',
    );
  });

  it('asks for credentials only where none were given', () => {
    const sentence = (withCredentials: boolean) =>
      new PullError('unauthorized', 'r/a:1', { engineMessage: '', withCredentials }).message;
    expect(sentence(false)).toMatch(/set registry-username and registry-password\.$/);
    expect(sentence(true)).toMatch(/does not accept these credentials/);
  });
});

it.each([
  ['of one that is too long', `${'x'.repeat(490)}Zk9qLm4TtRw7YpX`, `${'x'.repeat(490)}Zk9qLm4TtR…`],
  ['that somebody else has made', 'the answer was Zk9qLm4...', 'the answer was Zk9qLm4...'],
  ['and drops the stop of a whole sentence', 'it is closed. ', 'it is closed'],
])('a quotation keeps the mark of a cut: %s', (_, engineMessage, quoted) => {
  const error = new PullError('registry-error', 'app:1', { engineMessage, withCredentials: false });
  expect(error.message).toContain(`(${quoted})`);
});
