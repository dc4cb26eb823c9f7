import { CUT_MARK } from '#clipped-text';
import type { ExecOptions, ExecResult } from './engine.ts';
import { EngineError } from './engine-error.ts';
import type { EngineHttp, EngineStream } from './engine-http.ts';
import { engineWords } from './engine-words.ts';
import { demultiplex } from './multiplexed-stream.ts';
import { nameSegment } from './resource-name.ts';

/**
 * Creates, runs and reads an exec (https://docs.docker.com/reference/api/engine/, Exec). The Engine cannot end an
 * exec: after the time limit the connection is dropped and the program runs on inside the container.
 */
export async function execInContainer(
  http: EngineHttp,
  container: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  if (argv.length === 0) throw new EngineError('There is no command to run in the container.');
  const { timeoutMs = 60_000, maxOutputBytes = 256 * 1024, signal } = options;
  const purpose = `run ${argv[0]} in the container ${container}`;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), timeoutMs);
  const either = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]);

  const kept = { output: [] as Buffer[], stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let size = 0;
  const cut = { output: false, stdout: false, stderr: false };
  const text = (name: keyof typeof kept) =>
    `${Buffer.concat(kept[name]).toString('utf8')}${cut[name] ? CUT_MARK : ''}`;
  const result = (exitCode: number | undefined, timedOut: boolean): ExecResult => ({
    exitCode,
    output: text('output'),
    stdout: text('stdout'),
    stderr: text('stderr'),
    timedOut,
    truncated: cut.output,
  });

  let stream: EngineStream | undefined;
  try {
    const created = await http.json<{ Id?: unknown }>({
      method: 'POST',
      path: `/containers/${nameSegment(container)}/exec`,
      body: {
        AttachStdin: options.stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        Cmd: argv,
        Env: options.env,
        User: options.user,
        WorkingDir: options.workingDir,
      },
      purpose,
      signal: either,
    });
    const id = nameSegment(engineWords(created.Id));
    stream = await http.stream({
      method: 'POST',
      path: `/exec/${id}/start`,
      body: { Detach: false, Tty: false },
      upgrade: options.stdin !== undefined,
      purpose,
      signal: either,
      timeoutMs: 0,
    });
    stream.input?.end(options.stdin);
    for await (const { stream: name, bytes } of demultiplex(stream.chunks)) {
      const part = bytes.subarray(0, Math.max(0, maxOutputBytes - size));
      size += part.length;
      for (const into of ['output', name] as const) {
        // An empty part would keep the whole chunk that it is cut from.
        if (part.length > 0) kept[into].push(part);
        cut[into] ||= part.length < bytes.length;
      }
    }
    const ended = await http.json<{ ExitCode?: unknown }>({
      method: 'GET',
      path: `/exec/${id}/json`,
      purpose: `read the exit code of ${argv[0]} in the container ${container}`,
      signal: either,
    });
    return result(typeof ended.ExitCode === 'number' ? ended.ExitCode : undefined, false);
  } catch (error) {
    if (limit.signal.aborted && !signal?.aborted) return result(undefined, true);
    throw error;
  } finally {
    clearTimeout(timer);
    stream?.destroy();
  }
}
