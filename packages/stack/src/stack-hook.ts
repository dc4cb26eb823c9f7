import { type ContainerCreateRequest, type ContainerInspectResponse, runToCompletion } from '#engine';
import { HookError } from '#release';
import type { StackGround, StackJob } from './stack-context.ts';
import type { StackHook } from './stack-request.ts';

const shownLines = 2000;

/**
 * Runs a command once in a container like one that Compose has made, but without its address and its names: nobody is
 * led to it.
 *
 * @param containerId a container of the new release's service; it need not run
 * @throws HookError when it fails or takes too long
 */
export async function runStackHook(
  job: StackJob,
  ground: StackGround,
  role: 'pre-deploy' | 'post-deploy',
  hook: StackHook,
  containerId: string,
): Promise<void> {
  const { server, reporter, progress, request } = job;
  const pattern = await server.engine.containers.inspect(containerId);
  if (!pattern) throw new Error(`the container of ${hook.service} is gone`);
  const networks = Object.keys(pattern.NetworkSettings?.Networks ?? {});
  const program = hook.command[0] ?? '';
  let lines = 0;
  reporter.info(`Running ${role} in a container of the new ${hook.service}: ${program}`);
  const run = await runToCompletion(server.engine, {
    name: `${request.app}-${progress.release?.id ?? ''}-${role}`,
    config: oneOff(pattern, request.app, role, hook, networks[0]),
    networks: networks.slice(1),
    timeoutMs: hook.timeoutMs,
    onLine: (line) => {
      lines += 1;
      if (lines <= shownLines) reporter.foreign(line);
    },
    signal: ground.signal,
  });
  if (run.exitCode === 0) return;
  progress.candidateLog = run.output;
  const how = run.timedOut
    ? `did not end within ${hook.timeoutMs / 1000} s and was stopped`
    : run.outOfMemory
      ? 'ran out of memory'
      : `ended with exit code ${run.exitCode}`;
  throw new HookError(`the ${role} command ${program} of ${hook.service} ${how}`);
}

function oneOff(
  { Config, HostConfig, Mounts }: ContainerInspectResponse,
  app: string,
  role: string,
  hook: StackHook,
  network: string | undefined,
): ContainerCreateRequest {
  const { Image, Env, User, WorkingDir } = Config ?? {};
  const {
    Binds,
    Mounts: mounts,
    Memory,
    NanoCpus,
    ReadonlyRootfs,
    Init,
    ExtraHosts,
    Tmpfs,
  } = HostConfig ?? {};
  // Named volumes that Compose has mounted by name stand in one of the two; anonymous ones are the other container's.
  void Mounts;
  return {
    ...(Image ? { Image } : {}),
    ...(Env ? { Env } : {}),
    ...(User ? { User } : {}),
    ...(WorkingDir ? { WorkingDir } : {}),
    Cmd: [...hook.command],
    Labels: {
      'switchyard.app': app,
      'switchyard.role': role,
      'switchyard.timeout': String(hook.timeoutMs),
    },
    HostConfig: {
      ...(Binds ? { Binds } : {}),
      ...(mounts ? { Mounts: mounts } : {}),
      ...(Memory ? { Memory } : {}),
      ...(NanoCpus ? { NanoCpus } : {}),
      ...(ReadonlyRootfs ? { ReadonlyRootfs } : {}),
      ...(ExtraHosts ? { ExtraHosts } : {}),
      ...(Tmpfs ? { Tmpfs } : {}),
      ...(Init === undefined || Init === null ? {} : { Init }),
      LogConfig: { Type: 'json-file', Config: {} },
      ...(network === undefined ? {} : { NetworkMode: network }),
      RestartPolicy: { Name: 'no' },
    },
    // The service's health check belongs to the service, not to a command that ends.
    Healthcheck: { Test: ['NONE'] },
  };
}
