import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Engine, openEngine, unixSocket } from '#engine';
import { run } from '../../../scripts/test-tools-run.ts';
import {
  ComposeCommand,
  countsByService,
  detachAliases,
  type ReleasedFile,
  type ResolvedProject,
  type ResolvedService,
  type StackContainer,
  stackContainers,
} from '../src/index.ts';
import { localPrograms } from './local-programs.ts';

export type Services = Readonly<Record<string, ResolvedService>>;

/** A Compose project of a test's own, which is taken down at its end. */
export interface TestStack extends AsyncDisposable {
  readonly engine: Engine;
  readonly compose: ComposeCommand;
  readonly project: string;
  readonly folder: string;
  /** A fixed address on the network `switchyard`; up to 15. */
  slot(number: number): string;
  /** Writes a file as a release would. */
  release(id: string, services: Services): Promise<ReleasedFile>;
  /** `docker compose` as a person types it. */
  docker(file: ReleasedFile | undefined, ...args: string[]): Promise<string>;
  containers(service?: string): Promise<StackContainer[]>;
  /** Creates and starts a container of each service that no name of the service leads to. */
  bringUp(file: ReleasedFile, services: readonly string[]): Promise<void>;
  /** By id: when it was started, to see that nothing was touched. */
  starts(): Promise<Record<string, string>>;
  /** What a program in a running container prints. */
  inside(container: string, ...argv: string[]): Promise<string>;
  /** Which addresses a name leads to, seen from a container. */
  lookUp(from: string, name: string): Promise<string[]>;
  addressOf(container: string, network: string): Promise<string>;
}

export async function testStack(socket: string): Promise<TestStack> {
  const project = `stack-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${project}-`));
  const engine = await openEngine(unixSocket(socket));
  const compose = new ComposeCommand(localPrograms(), socket);
  const net = `10.${randomInt(100, 250)}.${randomInt(256)}`;
  const docker: TestStack['docker'] = (file, ...args) =>
    run('docker', [
      ...['--host', `unix://${socket}`, 'compose', '--project-name', project],
      ...(file === undefined ? [] : ['--file', file.path]),
      ...args,
    ]);
  const containers: TestStack['containers'] = async (service) =>
    (await stackContainers(engine, project)).filter(
      (one) => service === undefined || one.service === service,
    );
  const inspect = async (container: string) => {
    const found = await engine.containers.inspect(container);
    if (found === undefined) throw new Error(`There is no container ${container}.`);
    return found;
  };
  const inside: TestStack['inside'] = async (container, ...argv) =>
    (await engine.containers.exec(container, argv)).output;
  return {
    ...{ engine, compose, project, folder, docker, containers, inside },
    slot: (number) => `${net}.${number}`,
    async release(id, services) {
      const model = {
        name: project,
        services,
        networks: {
          default: { name: `${project}_default` },
          switchyard: {
            name: `${project}_switchyard`,
            ipam: {
              config: [{ subnet: `${net}.0/27`, gateway: `${net}.1`, ip_range: `${net}.16/28` }],
            },
          },
        },
      } satisfies ResolvedProject;
      const path = join(folder, `${id}.yaml`);
      await writeFile(path, JSON.stringify(model));
      return { path, project: model };
    },
    async bringUp(file, services) {
      const before = await containers();
      await compose.createCandidates(file, services, countsByService(before));
      for (const { id } of (await containers()).filter(({ id }) => before.every((one) => one.id !== id))) {
        await detachAliases(engine, id);
        await engine.containers.start(id);
      }
    },
    async starts() {
      const all = await Promise.all((await containers()).map(({ id }) => inspect(id)));
      return Object.fromEntries(all.map(({ Id, State }) => [Id, State?.StartedAt ?? '']));
    },
    async lookUp(from, name) {
      const answer = await inside(from, 'busybox', 'nslookup', name, '127.0.0.11');
      const found = answer.slice(answer.indexOf('\n\n')).matchAll(/^Address(?: \d+)?: (\d[\d.]+)/gm);
      return [...new Set([...found].map(([, address = '']) => address))].toSorted();
    },
    addressOf: async (container, network) =>
      (await inspect(container)).NetworkSettings?.Networks?.[`${project}_${network}`]?.IPAddress ?? '',
    async [Symbol.asyncDispose]() {
      try {
        // By labels, whatever file a test leaves: `down` refuses a project whose dependencies are not all there.
        const labels = { 'com.docker.compose.project': project };
        for (const { id } of await containers())
          await engine.containers.remove(id, { force: true, volumes: true });
        for (const { Id } of await engine.networks.list({ labels })) await engine.networks.remove(Id ?? '');
        const volumes = ['--host', `unix://${socket}`, 'volume'];
        const filter = ['--quiet', '--filter', `label=com.docker.compose.project=${project}`];
        const names = (await run('docker', [...volumes, 'ls', ...filter])).split('\n').filter(Boolean);
        if (names.length > 0) await run('docker', [...volumes, 'rm', ...names]);
      } finally {
        engine.close();
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}
