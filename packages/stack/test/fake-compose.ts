import type { ResolvedProject } from '../../compose/src/index.ts';
import { type FakeContainer, hashOf } from './fake-containers.ts';

/** What Compose does on a server, each thing by the Engine. */
export interface ComposeHands {
  containers(): readonly FakeContainer[];
  create(
    project: ResolvedProject,
    service: string,
    number: number,
    configFile: string,
  ): Promise<FakeContainer>;
  start(id: string): Promise<void>;
  stop(id: string): Promise<void>;
  remove(id: string): Promise<void>;
  addNetwork(name: string): void;
  read(path: string): string | undefined;
}

type Ended = { code: number; stdout: string; stderr: string };

const ok = (stdout = ''): Ended => ({ code: 0, stdout, stderr: '' });
const failed = (stderr: string): Ended => ({ code: 1, stdout: '', stderr });

/** `docker compose` as far as a release uses it. */
export async function fakeCompose(argv: readonly string[], hands: ComposeHands): Promise<Ended> {
  const words = argv.slice(argv.indexOf('compose') + 1);
  if (words.includes('version')) return ok('2.26.1\n');
  const path = valuesOf(words, '--file')[0] ?? '';
  const text = hands.read(path);
  if (text === undefined) return failed(`open ${path}: no such file or directory`);
  // As Compose makes every path absolute.
  const folder = valuesOf(words, '--project-directory')[0] ?? '';
  if (words.includes('json')) return ok(text.replaceAll('"source":"./', `"source":"${folder}/`));
  const project = JSON.parse(text.replaceAll('$$', () => '$')) as ResolvedProject;
  if (words.includes('--hash')) {
    const lines = Object.entries(project.services).map(([name, service]) => `${name} ${hashOf(service)}`);
    return ok(`${lines.join('\n')}\n`);
  }
  try {
    await up(words, path, project, hands);
    return ok();
  } catch (error) {
    return failed(`Error response from daemon: ${error instanceof Error ? error.message : error}`);
  }
}

async function up(
  words: readonly string[],
  path: string,
  project: ResolvedProject,
  hands: ComposeHands,
): Promise<void> {
  const options = words.slice(words.indexOf('up') + 1);
  const scales = new Map(
    valuesOf(options, '--scale').map((text): [string, number] => {
      const [service = '', count] = text.split('=');
      return [service, Number(count)];
    }),
  );
  const valued = ['--scale', '--pull'];
  const named = options.filter(
    (word, index) => !word.startsWith('--') && !valued.includes(options[index - 1] ?? ''),
  );
  const asked = named.length > 0 ? named : Object.keys(project.services);
  const services = options.includes('--no-deps') ? asked : withNeeded(project, asked);
  const stray = [...scales.keys()].find((service) => !services.includes(service));
  if (stray !== undefined) throw new Error(`no such service: ${stray}: disabled`);
  for (const network of Object.values(project.networks ?? {})) hands.addNetwork(network?.name ?? '');
  const of = (service: string) => hands.containers().filter((one) => one.service === service);
  for (const service of services) {
    const wanted = scales.get(service) ?? 1;
    const there = of(service).toSorted((left, right) => left.number - right.number);
    for (const surplus of there.slice(wanted)) await hands.remove(surplus.id);
    if (!options.includes('--no-recreate')) {
      for (const one of there.slice(0, wanted)) {
        if (one.hash === hashOf(project.services[service] ?? {})) continue;
        const ran = one.state === 'running';
        if (ran) await hands.stop(one.id);
        await hands.remove(one.id);
        const made = await hands.create(project, service, one.number, path);
        if (ran) await hands.start(made.id);
      }
    }
    for (let count = there.length; count < wanted; count += 1) {
      const number = Math.max(0, ...of(service).map((one) => one.number)) + 1;
      await hands.create(project, service, number, path);
    }
  }
  if (options.includes('--no-start')) return;
  for (const service of services)
    for (const { id, state } of of(service)) if (state !== 'running') await hands.start(id);
}

/** Those that are needed come first. */
function withNeeded(project: ResolvedProject, asked: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    for (const needed of Object.keys(project.services[name]?.depends_on ?? {})) visit(needed);
    found.add(name);
  };
  for (const name of asked) visit(name);
  return [...found];
}

function valuesOf(words: readonly string[], option: string): string[] {
  return words.flatMap((word, index) => (words[index - 1] === option ? [word] : []));
}
