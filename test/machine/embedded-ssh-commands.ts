import { spawn } from 'node:child_process';
import type { ServerChannel, Session } from 'ssh2';
import { dyingWithUs } from './dying-with-us.ts';

/** What a command finds in its environment, as sshd gives it: nothing of the process that the server runs in. */
export interface CommandSurroundings {
  username: string;
  home: string;
  /** Address and port. */
  client: string;
  server: string;
}

/** sshd's own, with the folders that other distributions than Debian have in theirs. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Those that SSH has a name for (RFC 4254, 6.10). */
const protocolSignals: ReadonlySet<string> = new Set(
  'ABRT ALRM FPE HUP ILL INT KILL PIPE QUIT SEGV TERM USR1 USR2'.split(' ').map((name) => `SIG${name}`),
);

/**
 * Runs a command line as sshd does: by a shell in the home folder, in a process group of its own, which the client's
 * signals go to. A client that leaves takes the command's pipes with it and not the command.
 *
 * @returns kills the command and all it has started, for the end of the whole server
 */
export function runCommandLine(
  line: string,
  session: Session,
  channel: ServerChannel,
  surroundings: CommandSurroundings,
  onEnd: () => void,
): () => void {
  const { username, home, client, server } = surroundings;
  const [program, ...args] = dyingWithUs(['/bin/sh', '-c', line]);
  const child = spawn(program, args, {
    cwd: home,
    detached: true,
    env: {
      HOME: home,
      USER: username,
      LOGNAME: username,
      SHELL: '/bin/sh',
      PATH: path,
      SSH_CLIENT: `${client} ${server.split(' ').at(-1)}`,
      SSH_CONNECTION: `${client} ${server}`,
    },
  });
  const signal = (name: string) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group has ended, or there is no such signal.
    }
  };
  const abandon = () => {
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
  };
  // A program that does not read its input is no fault.
  child.stdin.on('error', () => undefined);
  child.stdin.once('close', () => channel.resume());
  channel.on('error', () => undefined);
  channel.stderr.on('error', () => undefined);
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  session.on('signal', (_accept, _reject, { name }) => signal(`SIG${name.replace(/^SIG/, '')}`));
  session.on('close', abandon);
  child.once('error', (error) => channel.stderr.write(`${error.message}\n`));
  // Comes after all output, also that of what the command left running with its pipes.
  child.once('close', (code, ending) => {
    onEnd();
    channel.stderr.end(() => {
      if (ending !== null && protocolSignals.has(ending)) channel.exit(ending);
      else channel.exit(code ?? 255);
      channel.end();
    });
  });
  return () => {
    signal('SIGKILL');
    abandon();
  };
}
