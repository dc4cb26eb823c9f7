import { runToCompletion } from '#engine';
import { ExplainedError } from '#explained-error';
import { oneOffContainer, slotNetworkName } from './app-container.ts';
import type { DeployContext } from './deploy-context.ts';
import type { HookRequest } from './deploy-request.ts';
import type { Release } from './release.ts';

const shownLines = 2000;

/** The new version is live and stays, but the command after it failed. */
export class PostDeployError extends ExplainedError {
  override readonly name = 'PostDeployError';
}

export class HookError extends ExplainedError {
  override readonly name = 'HookError';
}

/**
 * Runs a command once in a container of the new image, with the app's environment, volumes and networks.
 *
 * @throws HookError when it fails or takes too long
 */
export async function runHook(
  { server, reporter, progress }: DeployContext,
  release: Release,
  role: 'pre-deploy' | 'post-deploy',
  hook: HookRequest,
  signal: AbortSignal,
): Promise<void> {
  const program = hook.command[0] ?? '';
  let lines = 0;
  reporter.info(`Running ${role} in a container of the new image: ${program}`);
  const networks = [slotNetworkName(release.app), ...release.config.networks];
  const run = await runToCompletion(server.engine, {
    name: `${release.app}-${release.id}-${role}`,
    config: oneOffContainer(release, role, hook, networks[0] ?? ''),
    networks: networks.slice(1),
    timeoutMs: hook.timeoutMs,
    onLine: (line) => {
      lines += 1;
      if (lines <= shownLines) reporter.foreign(line);
      if (lines === shownLines)
        reporter.info(`(The rest of its output is left out; if it fails, the end is shown.)`);
    },
    signal,
  });
  if (run.exitCode === 0) return;
  progress.candidateLog = run.output;
  const how = run.timedOut
    ? `did not end within ${hook.timeoutMs / 1000} s and was stopped`
    : run.outOfMemory
      ? 'ran out of memory'
      : `ended with exit code ${run.exitCode}`;
  throw new HookError(`the ${role} command ${program} ${how}`);
}
