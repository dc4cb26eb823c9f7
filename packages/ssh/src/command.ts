import type { ClientChannel } from 'ssh2';
import type { Channels } from './channels.ts';
import type { CommandOptions, CommandResult } from './contract.ts';
import { shellCommand } from './shell-words.ts';
import { CommandError, CommandOutputError, CommandTimeoutError } from './ssh-errors.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_MAX_OUTPUT_BYTES = 1024 * 1024;

/**
 * Runs one program on the server. What it is told to do ends with its result, not with this call: after a
 * timeout it has lost its connection, and one that prints nothing runs on to its end.
 *
 * @throws CommandTimeoutError CommandOutputError ConnectionLostError SessionLimitError, and the signal's reason when
 *   it fires; an exit code other than 0 is a result, not an error
 */
export async function runCommand(
  channels: Channels,
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxOutputBytes = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const { signal: stop } = options;
  stop?.throwIfAborted();
  const command = shellCommand(argv);
  const name = `'${argv.slice(0, 2).join(' ')}'`;
  return new Promise<CommandResult>((resolve, reject) => {
    const run = (channel: ClientChannel) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let size = 0;
      let code: number | undefined;
      let signal: string | undefined;
      const settle = () => {
        clearTimeout(timer);
        stop?.removeEventListener('abort', onStop);
      };
      const giveUp = (error: unknown) => {
        settle();
        reject(error);
        channel.close();
      };
      const collect = (stream: 'stdout' | 'stderr', into: Buffer[]) => (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxOutputBytes) return giveUp(printedTooMuch(name, channels, maxOutputBytes));
        into.push(chunk);
        options.onOutput?.(stream, chunk);
      };
      const onStop = () => {
        channel.signal('TERM');
        giveUp(stop?.reason);
      };
      const timer = setTimeout(() => {
        channel.signal('TERM');
        giveUp(tookTooLong(name, channels, timeoutMs));
      }, timeoutMs);
      stop?.addEventListener('abort', onStop, { once: true });
      if (stop?.aborted) onStop();
      channel.on('data', collect('stdout', stdout));
      channel.stderr.on('data', collect('stderr', stderr));
      channel.on('error', giveUp);
      channel.on('exit', (exitCode: number | null, exitSignal?: string) => {
        code = exitCode ?? undefined;
        signal = exitSignal;
      });
      channel.on('close', () => {
        settle();
        closed.resolve();
        if (code === undefined && signal === undefined) reject(channels.lost ?? endedOddly(name, channels));
        else resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) });
      });
      channel.end(options.stdin ?? '');
    };
    const closed = Promise.withResolvers<void>();
    channels.command(command, run).then((release) => closed.promise.then(release), reject);
  });
}

function printedTooMuch(name: string, { subject }: Channels, maxOutputBytes: number): CommandOutputError {
  const limit = `${Math.round(maxOutputBytes / 1024)} KiB`;
  return new CommandOutputError(
    `The command ${name} at ${subject} printed more than ${limit}, so it was cut off.`,
  );
}

function tookTooLong(name: string, { subject }: Channels, timeoutMs: number): CommandTimeoutError {
  return new CommandTimeoutError(
    `The command ${name} at ${subject} did not end within ${timeoutMs / 1000} s; it may still be running there.`,
  );
}

function endedOddly(name: string, { subject }: Channels): CommandError {
  return new CommandError(
    `The command ${name} at ${subject} ended without an exit status: check that its user may run commands (ForceCommand, a restricted shell).`,
  );
}

function text(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8');
}
