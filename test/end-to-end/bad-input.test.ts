import { generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { errorsOf, headlineOf, runDeploy } from './run-deploy.ts';

// Whatever is wrong with the inputs is said in one sentence, before any connection is opened.

const keys = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const passphrase = 'correct-horse-battery-canary';
const encrypted = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const body = (pem: string) => pem.split('\n').slice(1, -2).join('');
/** A public key in SSH's wire format: the raw key is the end of the SPKI form. */
const sshPublicKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.from(body(keys.publicKey), 'base64').subarray(-32),
]).toString('base64')}`;
const puttyKey = `PuTTY-User-Key-File-3: ssh-ed25519
Encryption: none
Comment: deploy
Public-Lines: 1
${sshPublicKey.split(' ')[1]}
Private-Lines: 1
AAAAIputtySecretCanaryAAAAAAAAAAAAAAAAAAAAAAAAAA
Private-MAC: 00
`;

const good = {
  host: '127.0.0.1',
  username: 'deploy',
  'private-key': keys.privateKey,
  app: 'shop',
  image: 'registry.example.com/team/shop:1.2.3',
  'registry-username': 'robot',
  'registry-password': 'q7Rz-registry-password-canary',
  'secret-env': 'TOKEN=w3Kv-secret-env-canary',
};

const canaries = [
  keys.privateKey,
  body(keys.privateKey),
  body(encrypted.privateKey),
  passphrase,
  'q7Rz-registry-password-canary',
  'w3Kv-secret-env-canary',
  'puttySecretCanary',
  'line-without-equals-canary',
];

/** What is changed, which input the sentence must name, and words it must have. */
type Case = readonly [change: Record<string, string>, input: string, words: RegExp];

const cases: Record<string, Case> = {
  'no host': [{ host: '' }, 'host', /required/],
  'a host with a scheme': [{ host: 'ssh://web.example.com' }, 'host', /scheme/],
  'a host with a user': [{ host: 'root@web.example.com' }, 'host', /user/],
  'a host with a port': [{ host: 'web.example.com:22' }, 'host', /port/],
  'a host with spaces': [{ host: 'web example' }, 'host', /host name/],
  'a host of two lines': [{ host: 'a\nb' }, 'host', /^Input host must be a single line\.$/],
  'a port above the highest': [{ port: '70000' }, 'port', /65535/],
  'a port in words': [{ port: 'ssh' }, 'port', /whole number/],
  'no user': [{ username: '' }, 'username', /required/],
  'a user with a control character': [{ username: 'u\u001b[31m' }, 'username', /control characters/],
  'a user with spaces in the name': [{ username: 'a b' }, 'username', /without spaces/],
  'a user with an endless name': [{ username: 'u'.repeat(1000) }, 'username', /at most 256/],
  'no key': [{ 'private-key': '' }, 'private-key', /required/],
  'a key that is none': [{ 'private-key': 'hunter2' }, 'private-key', /not a private key/],
  'a key that was cut': [
    { 'private-key': keys.privateKey.slice(0, 60) },
    'private-key',
    /cut off: its last line/,
  ],
  'a damaged key': [
    { 'private-key': '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQ\n-----END PRIVATE KEY-----' },
    'private-key',
    /damaged/,
  ],
  'a public key': [{ 'private-key': sshPublicKey }, 'private-key', /public key/],
  'a public key in PEM': [{ 'private-key': keys.publicKey }, 'private-key', /public key/],
  "a key in PuTTY's format": [{ 'private-key': puttyKey }, 'private-key', /PuTTY's format.*puttygen/],
  'a key whose passphrase is missing': [
    { 'private-key': encrypted.privateKey },
    'private-key',
    /encrypted and there is no passphrase/,
  ],
  'a key whose passphrase is wrong': [
    { 'private-key': encrypted.privateKey, passphrase: 'wrong-passphrase-typed' },
    'passphrase',
    /does not open private-key/,
  ],
  'known-hosts and host-fingerprint both': [
    { 'host-fingerprint': `SHA256:${'A'.repeat(43)}` },
    'known-hosts',
    /host-fingerprint are both given/,
  ],
  'neither known-hosts nor host-fingerprint': [
    { 'known-hosts': '' },
    'known-hosts',
    /host-fingerprint is required.*ssh-keyscan/,
  ],
  'known-hosts with a damaged key': [
    { 'known-hosts': '127.0.0.1 ssh-ed25519 AAAAC3NzaC1lZDI1' },
    'known-hosts',
    /Line 1.*damaged/,
  ],
  'a fingerprint among the known hosts': [
    { 'known-hosts': `SHA256:${'A'.repeat(43)}` },
    'known-hosts',
    /host-fingerprint/,
  ],
  'known-hosts without a host name': [{ 'known-hosts': sshPublicKey }, 'known-hosts', /no host name/],
  'a fingerprint that is none': [
    { 'known-hosts': '', 'host-fingerprint': 'aa:bb:cc' },
    'host-fingerprint',
    /SHA256/,
  ],
  'a jump host without a key to know it by': [
    { 'known-hosts': '', 'host-fingerprint': `SHA256:${'A'.repeat(43)}`, 'jump-host': 'jump.example.com' },
    'jump-host-fingerprint',
    /required with jump-host/,
  ],
  'a jump host with a port': [{ 'jump-host': 'jump.example.com:22' }, 'jump-host', /port/],
  'a key of the jump host that is none': [
    { 'jump-host': '127.0.0.1', 'known-hosts': `127.0.0.1 ${sshPublicKey}`, 'jump-private-key': 'hunter2' },
    'jump-private-key',
    /not a private key/,
  ],
  'a key of a jump host that is not given': [
    { 'jump-private-key': 'junk-without-host' },
    'jump-private-key',
    /^Input jump-private-key needs jump-host\.$/,
  ],
  'a fingerprint of a jump host that is not given': [
    { 'jump-host-fingerprint': 'junk' },
    'jump-host-fingerprint',
    /needs jump-host/,
  ],
  'a port of a jump host that is not given': [{ 'jump-port': '2222' }, 'jump-port', /needs jump-host/],
  'a connect-timeout without a unit': [{ 'connect-timeout': '20' }, 'connect-timeout', /did you mean 20s\?/],
  'a connect-timeout below a second': [{ 'connect-timeout': '10ms' }, 'connect-timeout', /at least 1s/],
  'a Docker host over TCP': [{ 'docker-host': 'tcp://127.0.0.1:2375' }, 'docker-host', /unix:\/\//],
  'a Docker host as a path': [{ 'docker-host': '/var/run/docker.sock' }, 'docker-host', /unix:\/\//],
  'a Docker host longer than a socket can be': [
    { 'docker-host': `unix:///${'a'.repeat(300)}` },
    'docker-host',
    /at most 107 bytes/,
  ],
  'a Docker host with a control character': [
    { 'docker-host': 'unix:///a\u001bb' },
    'docker-host',
    /control characters/,
  ],
  'an app of two lines': [{ app: 'a\nb' }, 'app', /^Input app must be a single line\.$/],
  'no app': [{ app: '' }, 'app', /required/],
  'an app in capitals': [{ app: 'Shop' }, 'app', /small letter/],
  'an app with dots': [{ app: '../etc' }, 'app', /small letter/],
  'an app with two hyphens': [{ app: 'my--shop' }, 'app', /hyphens/],
  'an app with a long name': [{ app: 'a'.repeat(41) }, 'app', /at most 40/],
  'no image': [{ image: '' }, 'image', /required/],
  'an image without tag and digest': [{ image: 'registry.example.com/team/shop' }, 'image', /tag.*digest/],
  'an image with a mark of the reading direction': [
    { image: 'registry.example.com/shop:1\u202e' },
    'image',
    /shop:1\\u202e"/,
  ],
  'an image with a scheme': [{ image: 'https://registry.example.com/shop:1' }, 'image', /scheme/],
  'an image in capitals': [{ image: 'registry.example.com/Shop:1' }, 'image', /lower case/],
  'an image with a bad digest': [{ image: 'registry.example.com/shop@sha256:abc' }, 'image', /digest/],
  'a registry user without password': [{ 'registry-password': '' }, 'registry-password', /missing/],
  'a registry password without user': [{ 'registry-username': '' }, 'registry-username', /missing/],
  'an unknown pull-policy': [{ 'pull-policy': 'ifnotpresent' }, 'pull-policy', /always, missing, never/],
  'a container-port of 0': [{ 'container-port': '0' }, 'container-port', /from 1 to 65535/],
  'a listen without address': [{ listen: '8080' }, 'listen', /127\.0\.0\.1:8080/],
  'a listen with a name': [{ listen: 'localhost:8080' }, 'listen', /IP address/],
  'a listen without port': [{ listen: '127.0.0.1' }, 'listen', /needs a port/],
  'a listen with a port of 0': [{ listen: '127.0.0.1:0' }, 'listen', /1 to 65535/],
  'a listen on IPv6 without brackets': [{ listen: '::1:8080' }, 'listen', /like \[::1\]:8080\.$/],
  'an unknown protocol': [{ protocol: 'grpc' }, 'protocol', /http, h2c, tcp/],
  'tcp with a health path': [{ protocol: 'tcp', 'health-path': '/health' }, 'health-path', /http or h2c/],
  'tcp with an expected version': [
    { protocol: 'tcp', 'expected-version': 'abc' },
    'expected-version',
    /http or h2c/,
  ],
  'tcp with a limit of latency': [
    { protocol: 'tcp', 'watch-max-latency-p95': '800ms' },
    'watch-max-latency-p95',
    /http or h2c.*no answers/,
  ],
  'a listen with a zone': [{ listen: '[fe80::1%eth0]:8080' }, 'listen', /zone/],
  'a trusted proxy with a zone': [{ 'trusted-proxies': 'fe80::1%eth0' }, 'trusted-proxies', /10\.0\.0\.0\/8/],
  'a request-timeout in words': [{ 'request-timeout': 'soon' }, 'request-timeout', /duration like/],
  'a trusted proxy by name': [{ 'trusted-proxies': 'proxy.local' }, 'trusted-proxies', /10\.0\.0\.0\/8/],
  'a trusted proxy with a bad prefix': [
    { 'trusted-proxies': '10.0.0.0/64' },
    'trusted-proxies',
    /10\.0\.0\.0\/8/,
  ],
  'a trusted proxy that is no address': [
    { 'trusted-proxies': '300.1.2.3' },
    'trusted-proxies',
    /10\.0\.0\.0\/8/,
  ],
  'an env line without =': [{ env: 'GOOD=1\nPATH' }, 'env', /line 2 has no =/],
  'an env with a bad name': [{ env: '1ST=x' }, 'env', /line 1/],
  'an env that sets a name twice': [{ env: 'A=1\nB=2\nA=3' }, 'env', /line 3 sets A again.*line 1/],
  'a secret-env line without =': [{ 'secret-env': 'line-without-equals-canary' }, 'secret-env', /no =/],
  'a name in env and secret-env': [{ env: 'TOKEN=plain' }, 'secret-env', /sets TOKEN, which env sets too/],
  'a volume without target': [{ volumes: 'data' }, 'volumes', /data:\/var\/lib\/app/],
  'a volume with a relative source': [{ volumes: './data:/data' }, 'volumes', /\.\/data:\/data/],
  'a volume with a relative target': [{ volumes: 'data:data' }, 'volumes', /data:data/],
  'a volume with an unknown option': [{ volumes: 'data:/data:rq' }, 'volumes', /rq/],
  'two volumes at one place': [{ volumes: 'a:/data\nb:/data' }, 'volumes', /\/data twice/],
  'two volumes at one place, spelt differently': [
    { volumes: 'a:/data\nb:/data/' },
    'volumes',
    /\/data twice/,
  ],
  'two volumes at one place by a detour': [
    { volumes: 'a:/x/../data\nb://data/.' },
    'volumes',
    /\/data twice/,
  ],
  'a volume on the root': [{ volumes: 'a:/./' }, 'volumes', /on \/,/],
  'a network with spaces': [{ networks: 'my net' }, 'networks', /docker network ls/],
  "the host's network": [{ networks: 'host' }, 'networks', /host/],
  'the same network twice': [{ networks: 'db, db' }, 'networks', /db twice/],
  'a command with an open quote': [{ command: 'sh -c "echo' }, 'command', /never closed/],
  'a command with a shell operator': [{ command: 'migrate && serve' }, 'command', /shell/],
  'a command with a NUL': [{ command: '["serve", "a\\u0000b"]' }, 'command', /NUL/],
  'a command as broken JSON': [{ command: '["serve"' }, 'command', /JSON/],
  'memory without a unit': [{ memory: '512' }, 'memory', /size like/],
  'memory in unclear units': [{ memory: '512m' }, 'memory', /size like/],
  'too little memory': [{ memory: '1MB' }, 'memory', /at least/],
  'no CPU at all': [{ cpus: '0' }, 'cpus', /from 0\.01/],
  'cpus in words': [{ cpus: 'two' }, 'cpus', /number/],
  'a user with spaces': [{ user: 'app user' }, 'user', /1000:1000/],
  'a read-only that is neither': [{ 'read-only': 'yes' }, 'read-only', /true or false/],
  'an init that is neither': [{ init: '1' }, 'init', /true or false/],
  'a stop-signal in small letters': [{ 'stop-signal': 'sigterm' }, 'stop-signal', /SIGTERM/],
  'a stop-signal without SIG': [{ 'stop-signal': 'TERM' }, 'stop-signal', /SIGTERM/],
  'a stop-signal that nobody knows': [{ 'stop-signal': 'SIGFOO' }, 'stop-signal', /SIGTERM.*not "SIGFOO"/],
  'a stop-signal beyond the last': [{ 'stop-signal': '65' }, 'stop-signal', /SIGTERM/],
  'a stop-signal beyond the real-time ones': [{ 'stop-signal': 'SIGRTMIN+16' }, 'stop-signal', /SIGRTMIN\+3/],
  'a label of ours': [{ labels: 'switchyard.app=other' }, 'labels', /switchyard\.app.*are ours/],
  'a label twice': [{ labels: 'a=1\na=2' }, 'labels', /again/],
  'a label with a bad name': [{ labels: '-x=1' }, 'labels', /line 1/],
  'a log-max-size without a unit': [{ 'log-max-size': '10' }, 'log-max-size', /size like/],
  'a tiny log-max-size': [{ 'log-max-size': '1B' }, 'log-max-size', /at least/],
  'a health path without slash': [{ 'health-path': 'health' }, 'health-path', /start with \//],
  'a health path with a space': [{ 'health-path': '/a b' }, 'health-path', /%20/],
  'a health path and a health command': [
    { 'health-path': '/health', 'health-command': 'true' },
    'health-command',
    /health-path are both given/,
  ],
  'a health-status that is none': [{ 'health-status': 'ok' }, 'health-status', /ok/],
  'a health-status out of range': [{ 'health-status': '200-700' }, 'health-status', /700/],
  'a health-host with a control character': [{ 'health-host': 'a\u0001b' }, 'health-host', /host name/],
  'a health-host with other letters': [{ 'health-host': '€.example' }, 'health-host', /host name/],
  'a health-host with a path': [{ 'health-host': 'a b:c/d' }, 'health-host', /host name/],
  'a health-interval of 0': [{ 'health-interval': '0s' }, 'health-interval', /at least 10ms/],
  'a health-timeout without a unit': [{ 'health-timeout': '5' }, 'health-timeout', /5s/],
  'a healthy-threshold of 0': [{ 'healthy-threshold': '0' }, 'healthy-threshold', /from 1/],
  'a start-timeout beyond every timer': [{ 'start-timeout': '600h' }, 'start-timeout', /at most 576h/],
  'a start-timeout of 0': [{ 'start-timeout': '0s' }, 'start-timeout', /at least 100ms/],
  'a version-path without slash': [
    { 'expected-version': 'abc', 'version-path': 'version' },
    'version-path',
    /start with \//,
  ],
  'a pre-deploy with a pipe': [{ 'pre-deploy': 'migrate | tee log' }, 'pre-deploy', /shell/],
  'a pre-deploy-timeout of 0': [{ 'pre-deploy-timeout': '0s' }, 'pre-deploy-timeout', /at least 1s/],
  'a post-deploy that is empty JSON': [{ 'post-deploy': '[]' }, 'post-deploy', /program/],
  'a watch of days': [{ watch: '48h' }, 'watch', /24h/],
  'an error rate above all': [{ 'watch-max-error-rate': '150%' }, 'watch-max-error-rate', /100%/],
  'an error rate of all or one percent': [
    { 'watch-max-error-rate': '1' },
    'watch-max-error-rate',
    /write 1% or 0\.01/,
  ],
  'an error rate with nginx': [
    { switch: 'nginx', 'watch-max-error-rate': '1%' },
    'watch-max-error-rate',
    /needs switch haproxy/,
  ],
  'an error rate without a switch': [
    { switch: 'none', 'watch-max-error-rate': '1%' },
    'watch-max-error-rate',
    /needs switch haproxy/,
  ],
  'an error rate below none': [{ 'watch-max-error-rate': '-1%' }, 'watch-max-error-rate', /0%/],
  'a latency without a unit': [{ 'watch-max-latency-p95': '800' }, 'watch-max-latency-p95', /duration like/],
  'a latency with nginx': [
    { switch: 'nginx', 'watch-max-latency-p95': '800ms' },
    'watch-max-latency-p95',
    /needs switch haproxy/,
  ],
  'a latency without a switch': [
    { switch: 'none', 'watch-max-latency-p95': '800ms' },
    'watch-max-latency-p95',
    /needs switch haproxy/,
  ],
  'a drain-timeout in words': [{ 'drain-timeout': 'forever' }, 'drain-timeout', /duration like/],
  'a stop-timeout of 0': [{ 'stop-timeout': '0s' }, 'stop-timeout', /1s/],
  'too few releases': [{ 'keep-releases': '1' }, 'keep-releases', /from 2/],
  'an unknown standby': [{ standby: 'off' }, 'standby', /stopped, paused, running/],
  'two workers that go on working': [{ switch: 'none', standby: 'running' }, 'standby', /stopped or paused/],
  'a paused standby of a version that is stopped first': [
    { order: 'stop-first', standby: 'paused' },
    'standby',
    /order stop-first/,
  ],
  'a running standby of a version that is stopped first': [
    { order: 'stop-first', switch: 'none', standby: 'running' },
    'standby',
    /order stop-first/,
  ],
  'an unknown order': [{ order: 'old-first' }, 'order', /start-first, stop-first/],
  'an unknown switch': [{ switch: 'caddy' }, 'switch', /haproxy, nginx, none/],
  'a health path without any port': [
    { switch: 'none', 'health-path': '/health' },
    'health-path',
    /container-port/,
  ],
  'an expected version without any port': [
    { switch: 'none', 'expected-version': '1' },
    'expected-version',
    /container-port/,
  ],
  'a switch image without tag': [{ 'switch-image': 'haproxy' }, 'switch-image', /tag/],
  'nginx for tcp': [{ switch: 'nginx', protocol: 'tcp' }, 'protocol', /nginx/],
  'nginx for h2c': [{ switch: 'nginx', protocol: 'h2c' }, 'protocol', /nginx/],
  'an nginx container with a path': [
    { switch: 'nginx', 'nginx-container': '../nginx' },
    'nginx-container',
    /name/,
  ],
  'an nginx-command with a pipe': [{ 'nginx-command': 'nginx | cat' }, 'nginx-command', /shell/],
  'a lock-wait of a day': [{ 'lock-wait': '24h' }, 'lock-wait', /6h/],
  'a dry-run that is neither': [{ 'dry-run': 'maybe' }, 'dry-run', /true or false/],
};

/** Runs the action against a port that counts who comes, and expects one refusal. */
async function refusal(change: Record<string, string>, mayConnect = false): Promise<string> {
  let visits = 0;
  const trap = createServer((socket) => {
    visits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const port = String((trap.address() as AddressInfo).port);
  const inputs: Record<string, string> = {
    ...good,
    port,
    'known-hosts': `[127.0.0.1]:${port} ${sshPublicKey}`,
    ...change,
  };
  const result = await runDeploy({ inputs, canaries });
  await new Promise((resolve) => trap.close(resolve));
  expect(result.exitCode).toBe(1);
  const errors = errorsOf(result);
  expect(errors).toHaveLength(1);
  expect(visits, errors[0]).toBe(mayConnect ? 1 : 0);
  const [sentence = ''] = errors;
  expect(headlineOf(result)).toBe(sentence.split('\n')[0]);
  expect(sentence).not.toContain('bug in Switchyard');
  // Later steps that run always read them.
  expect(result.outputs).toMatchObject({ switched: 'false', 'rolled-back': 'false', reason: sentence });
  expect(JSON.parse(result.outputs.verdict ?? '')).toMatchObject({ outcome: 'failed', reason: sentence });
  return sentence;
}

describe.concurrent('bad input is refused with one sentence and no connection', () => {
  test.each(Object.entries(cases))('%s', async (_, [change, input, words]) => {
    const sentence = await refusal(change);
    expect(sentence).not.toContain('\n');
    expect(sentence).toMatch(/^[A-Z\w].{10,400}[.?]$/);
    // The input by its own name, not as a part of another's.
    expect(sentence).toMatch(new RegExp(`(?<![\\w-])${input}(?![\\w-])`, 'i'));
    expect(sentence).toMatch(words);
  });

  test('everything wrong is said at once, one line for each', async () => {
    const sentence = await refusal({ port: '0', watch: '10', app: 'Shop', 'dry-run': 'maybe' });
    expect(sentence.split('\n')[0]).toBe('4 problems with the inputs port, app, watch, dry-run.');
    expect(sentence.split('\n')).toHaveLength(5);
  });

  test('good input gets past the checks: somebody knocks', async () => {
    expect(await refusal({}, true)).toMatch(/closed the connection before its SSH greeting/);
  });
});
