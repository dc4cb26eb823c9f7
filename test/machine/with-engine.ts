// node test/machine/with-engine.ts 20.10|26|newest PROGRAM [ARGUMENT…]
//
// Runs a program in a world of its own in which that generation of Docker Engine is the one at
// /var/run/docker.sock. Network, process and mount namespaces are new, so Engines of different generations
// don't fight over iptables, 127.0.0.1 has every port free, and nothing survives the program. Needs root.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineGeneration, provideEngine } from '../../scripts/test-tools.ts';
import { run } from '../../scripts/test-tools-run.ts';
import { addDockerGroup, engineAnswering, startDaemon } from './engine.ts';
import { follow, furnishOwnWorld, runInOwnWorld } from './own-world.ts';
import { ownedFolder } from './owned-folder.ts';
import { isRunning } from './processes.ts';

const [generation, ...command] = process.argv.slice(2);
if (!['20.10', '26', 'newest'].includes(generation ?? '') || command.length === 0) {
  console.error('Usage: node test/machine/with-engine.ts 20.10|26|newest PROGRAM [ARGUMENT…]');
  process.exit(2);
}

async function outside(): Promise<number> {
  await provideEngine(generation as EngineGeneration);
  await addDockerGroup();
  // Docker's layers need a file system that overlayfs can lie on, which /tmp need not be.
  const folder = await ownedFolder('engine', '/var/tmp');
  try {
    return await runInOwnWorld([process.execPath, import.meta.filename, ...process.argv.slice(2)], {
      ...process.env,
      SWITCHYARD_ENGINE_FOLDER: folder,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inside(folder: string): Promise<number> {
  for (const [name, target] of [
    ['docker', '/var/lib/docker'],
    ['containerd', '/var/lib/containerd'],
  ] as const) {
    await mkdir(join(folder, name), { recursive: true });
    await mkdir(target, { recursive: true });
    await run('mount', ['--bind', join(folder, name), target]);
  }
  await furnishOwnWorld();
  const tools = await provideEngine(generation as EngineGeneration);
  const socket = '/var/run/docker.sock';
  const log = join(folder, 'dockerd.log');
  const pid = await startDaemon(['dockerd', '-H', `unix://${socket}`, '-G', 'docker'], tools.path, log);
  const version = await engineAnswering(socket, pid, log);
  console.log(`Docker Engine ${version} (${generation}) is running for ${command.join(' ')}`);
  const env = { ...process.env, SWITCHYARD_ENGINE: generation };
  delete (env as NodeJS.ProcessEnv).SWITCHYARD_ENGINE_FOLDER;
  delete (env as NodeJS.ProcessEnv).DOCKER_HOST;
  delete (env as NodeJS.ProcessEnv).DOCKER_CONTEXT;
  const code = await follow(command[0] as string, command.slice(1), env);
  // The end of this process, the first of its namespace, kills the rest; the Engine goes first to unmount.
  // A program that has restarted it leaves another.
  if (isRunning(pid)) process.kill(pid, 'SIGTERM');
  return code;
}

const folder = process.env.SWITCHYARD_ENGINE_FOLDER;
process.exitCode = folder === undefined ? await outside() : await inside(folder);
