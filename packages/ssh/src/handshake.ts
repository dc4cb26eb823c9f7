import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, ParsedKey } from 'ssh2';
import { clipEnd } from '#clipped-text';
import type { SshTarget } from './contract.ts';
import { algorithmsOf, allHostKeyTypes, fingerprintOf, type HostKeyCheck } from './host-key.ts';
import { skipHostKeyProof } from './host-key-proof.ts';
import { typeOfKey } from './known-hosts.ts';
import { printable } from './printable.ts';
import { acknowledgePromptly } from './prompt-acknowledgement.ts';
import {
  AuthenticationError,
  ConnectionRefusedError,
  ConnectTimeoutError,
  HostNotFoundError,
  HostUnreachableError,
  NoCommonAlgorithmError,
  NotAnSshServerError,
  ServerClosedError,
  SshError,
} from './ssh-errors.ts';
import { capitalised } from './subject.ts';

/** One SSH server to get into: the target itself or the jump host before it. */
export interface Hop {
  target: SshTarget;
  /** How errors name it: 'the server web.example.com:22'. */
  subject: string;
  key: ParsedKey;
  check: HostKeyCheck;
  /** A fresh byte stream to the server; called again when another host key type has to be asked for. */
  openStream: () => Promise<Duplex>;
  keepaliveIntervalMs: number;
  /** performance.now() of the moment to give up. */
  deadline: number;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

type Phase = 'connecting' | 'greeting' | 'handshake' | 'authentication';

interface Attempt {
  phase: Phase;
  greeting: string;
  shownKey: Buffer | undefined;
  keyRefused: boolean;
  methodsLeft: readonly string[];
  partialSuccess: boolean;
}

/** @throws SshError subclasses, one for each way it can fail, each naming the server */
export async function authenticate(hop: Hop): Promise<Client> {
  const { check } = hop;
  const shown: Buffer[] = [];
  let types = check.types;
  while (types.length > 0) {
    const outcome = await attemptOnce(hop, types);
    if ('client' in outcome) return outcome.client;
    if (outcome.shownKey) shown.push(outcome.shownKey);
    if (!outcome.shownKey || !check.triesOtherTypes) break;
    const shownType = typeOfKey(outcome.shownKey);
    types = types.filter((type) => type !== shownType);
  }
  // The error shows the key the server has, so a server none of whose keys was asked for is asked once more.
  if (shown.length === 0) {
    const outcome = await attemptOnce({ ...hop, check: { ...check, accepts: () => false } }, allHostKeyTypes);
    if ('shownKey' in outcome && outcome.shownKey) shown.push(outcome.shownKey);
  }
  throw check.refusal(shown);
}

/** Either a client that is in, or the key the server showed and that was refused (undefined: no such type). */
async function attemptOnce(
  hop: Hop,
  types: readonly string[],
): Promise<{ client: Client } | { shownKey: Buffer | undefined }> {
  let earlyFailure: unknown;
  // The network works while the library loads. Nothing is read before somebody listens; ssh2 resumes the stream.
  const opening = hop.openStream().then((stream) => {
    stream.pause();
    stream.once('error', (error) => {
      earlyFailure = error;
    });
    return stream;
  });
  opening.catch(() => {});
  // Without this Node would send nothing before the library is loaded.
  await new Promise((resolve) => setImmediate(resolve));
  const { default: Client } = await import('ssh2/lib/client.js');
  const client = new Client();
  const state: Attempt = {
    phase: 'connecting',
    greeting: '',
    shownKey: undefined,
    keyRefused: false,
    methodsLeft: [],
    partialSuccess: false,
  };
  try {
    await withDeadline(hop, state, async (fail) => {
      const stream = await opening;
      if (earlyFailure !== undefined) throw earlyFailure;
      await handshake(hop, client, stream, state, types, fail);
    });
    return { client };
  } catch (error) {
    client.on('error', () => {});
    // It may still be opening when time is up.
    void opening.then(
      (opened) => opened.on('error', () => {}).destroy(),
      () => {},
    );
    if (state.keyRefused) return { shownKey: state.shownKey };
    if (/no matching host key format/.test(String(error))) return { shownKey: undefined };
    throw error instanceof SshError ? error : explain(error, hop, state);
  }
}

async function withDeadline(
  hop: Hop,
  state: Attempt,
  work: (fail: (error: unknown) => void) => Promise<void>,
): Promise<void> {
  const { signal } = hop;
  if (signal?.aborted) throw gaveUp(hop);
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(timedOut(hop, state)), Math.max(1, hop.deadline - performance.now()));
      onAbort = () => reject(gaveUp(hop));
      signal?.addEventListener('abort', onAbort, { once: true });
      work(reject).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
}

function handshake(
  hop: Hop,
  client: Client,
  stream: Duplex,
  state: Attempt,
  types: readonly string[],
  fail: (error: unknown) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = false;
    if (stream instanceof Socket && stream.connecting)
      stream.once('connect', () => {
        state.phase = 'greeting';
      });
    else state.phase = 'greeting';
    client.once('ready', () => {
      client.removeAllListeners('error');
      client.removeAllListeners('close');
      // ssh2 needs a listener at any time; the connection adds its own at once.
      client.on('error', () => {});
      if (stream instanceof Socket) acknowledgePromptly(client, stream);
      resolve();
    });
    client.on('handshake', () => {
      state.phase = 'authentication';
    });
    client.on('error', reject);
    client.on('close', () => fail(new Error('closed')));
    client.connect({
      sock: stream as Socket,
      username: hop.target.username,
      readyTimeout: 0,
      keepaliveInterval: hop.keepaliveIntervalMs,
      keepaliveCountMax: 3,
      strictVendor: false,
      algorithms: { serverHostKey: algorithmsOf(types) },
      hostVerifier: (key: Buffer) => {
        state.shownKey = key;
        state.keyRefused = !hop.check.accepts(key);
        return !state.keyRefused;
      },
      authHandler: (methodsLeft, partialSuccess, next) => {
        state.methodsLeft = methodsLeft ?? state.methodsLeft;
        state.partialSuccess = partialSuccess ?? false;
        // Going straight for the key saves the round trip in which ssh2 asks with 'none' what is allowed.
        // biome-ignore lint/suspicious/noExplicitAny: false is how ssh2 is told to stop; its types lack it
        if (asked) return (next as any)(false);
        asked = true;
        next({ type: 'publickey', username: hop.target.username, key: hop.key });
      },
    });
    skipHostKeyProof(client);
    // After connect(), which has paused the stream: these bytes are only looked at.
    const look = (chunk: Buffer) => {
      state.greeting = clipEnd(state.greeting + chunk.toString('latin1'), 1024);
      if (/^SSH-/m.test(state.greeting)) {
        state.phase = state.phase === 'greeting' ? 'handshake' : state.phase;
        stream.off('data', look);
      } else if (state.greeting.length >= 1024) stream.off('data', look);
    };
    stream.on('data', look);
  });
}

function timedOut(hop: Hop, state: Attempt): SshError {
  const seconds = `${Math.round(hop.timeoutMs / 100) / 10} s`;
  const { subject } = hop;
  switch (state.phase) {
    case 'connecting':
      return new ConnectTimeoutError(
        `No answer from ${subject} within ${seconds}: check the host and port, and that a firewall lets this runner in.`,
      );
    case 'greeting':
      return new ConnectTimeoutError(
        `Something accepts connections at ${subject} but sent no SSH greeting within ${seconds}: check that the port is the SSH server's and that it is not overloaded.`,
      );
    case 'handshake':
      return new ConnectTimeoutError(
        `The key exchange with ${subject} did not finish within ${seconds}: check the network between (large packets lost to a wrong MTU look like this), or raise connect-timeout.`,
      );
    case 'authentication':
      return new ConnectTimeoutError(
        `The login as '${hop.target.username}' at ${subject} did not finish within ${seconds}: check the server's log (a hanging PAM module or name lookup looks like this), or raise connect-timeout.`,
      );
  }
}

function gaveUp({ subject, signal }: Hop): SshError {
  return new ServerClosedError(`Gave up connecting to ${subject}: the run was cancelled.`, {
    cause: signal?.reason,
  });
}

function explain(error: unknown, hop: Hop, state: Attempt): SshError {
  const { subject } = hop;
  const cause = { cause: error };
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL' || code === 'ENODATA') {
    const again = code === 'EAI_AGAIN' ? ' (the name server did not answer, so this may pass)' : '';
    return new HostNotFoundError(
      `The name '${hop.target.host}' of ${subject} could not be resolved${again}: check its spelling and that this runner's DNS knows it.`,
      cause,
    );
  }
  if (state.phase === 'connecting') {
    if (code === 'ECONNREFUSED') {
      return new ConnectionRefusedError(
        `The connection to ${subject} was refused: check that sshd runs there and listens on this port.`,
        cause,
      );
    }
    return new HostUnreachableError(
      `There is no way to ${subject} (${printable(code ?? message)}): check the address, the route and the firewall.`,
      cause,
    );
  }
  const algorithm = /no matching (.+)$/.exec(message)?.[1];
  if (algorithm) {
    return new NoCommonAlgorithmError(
      `This client and ${subject} have no ${printable(algorithm)} in common: allow a current one in its sshd_config, or update its SSH server.`,
      cause,
    );
  }
  if (/authentication methods failed/.test(message)) return authenticationRefused(hop, state, error);
  if (state.phase === 'greeting') {
    const said = printable(state.greeting);
    if (said === '') {
      return new ServerClosedError(
        `${capitalised(subject)} closed the connection before its SSH greeting: check that this address may connect (hosts.deny, fail2ban, MaxStartups) and that the port is the SSH server's.`,
        cause,
      );
    }
    if (/MaxStartups|Not allowed at this time/i.test(said)) {
      return new ServerClosedError(
        `${capitalised(subject)} turned the connection away ('${said}'): too many logins at once or failed ones before, so wait a little or raise MaxStartups in its sshd_config.`,
        cause,
      );
    }
    return new NotAnSshServerError(
      `What answers at ${subject} is not an SSH server (it said '${said}'): check the port.`,
      cause,
    );
  }
  const reason = message === 'closed' ? (codeOf(error) ?? 'no reason given') : printable(message);
  const during = state.phase === 'handshake' ? 'the key exchange' : `the login as '${hop.target.username}'`;
  return new ServerClosedError(
    `${capitalised(subject)} ended the connection during ${during} (${reason}): its log says why.`,
    cause,
  );
}

function authenticationRefused(hop: Hop, state: Attempt, cause: unknown): AuthenticationError {
  const { subject } = hop;
  const { username } = hop.target;
  const key = `${hop.key.type} ${fingerprintOf(hop.key.getPublicSSH())}`;
  if (state.partialSuccess) {
    return new AuthenticationError(
      `${capitalised(subject)} accepted the key of '${username}' but wants ${state.methodsLeft.join(' or ')} besides: allow this user to log in with a key alone (AuthenticationMethods in sshd_config).`,
      { cause },
    );
  }
  if (state.methodsLeft.length > 0 && !state.methodsLeft.includes('publickey')) {
    return new AuthenticationError(
      `${capitalised(subject)} does not let '${username}' log in with a key, only with ${state.methodsLeft.join(' or ')}: set PubkeyAuthentication yes in its sshd_config.`,
      { cause },
    );
  }
  return new AuthenticationError(
    `${capitalised(subject)} did not accept the key ${key} for '${username}': check the user name, and that this key's public half is in that user's ~/.ssh/authorized_keys, in a folder only the user can write to.`,
    { cause },
  );
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** A TCP connection of our own: ssh2's would leave Nagle's algorithm on, which costs 40 ms an exchange. */
export function openTcpStream(host: string, port: number): Socket {
  const socket = new Socket();
  socket.setNoDelay(true);
  socket.connect({ host, port });
  return socket;
}
