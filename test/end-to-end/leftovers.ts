import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { waitFor } from '../../scripts/test-tools-run.ts';
import type { TestServer } from '../machine/server.ts';
import { containersOf, containerText, networksOf } from './app-on-engine.ts';

export interface LeftoverSearch {
  socket: string;
  server: TestServer;
  app: string;
  /** Must not be found anywhere on the server, by what they are called. */
  secrets: Readonly<Record<string, string>>;
  /** The app's own secret values: known to the app's containers and to the releases' 0600 files, to nothing else. */
  appSecrets: readonly string[];
  /** Names in the temporary folders before the first deploy. */
  temporaryBefore: ReadonlySet<string>;
}

/**
 * What deploys have left on the server besides the live version, its standby, one switch and the record; each as
 * one line, none when all is well.
 */
export async function findLeftovers(search: LeftoverSearch): Promise<string[]> {
  return [
    ...(await containerLeftovers(search)),
    ...(await networkLeftovers(search)),
    ...homeLeftovers(search),
    ...(await temporaryLeftovers(search)),
    ...(await sessionLeftovers(search)),
  ];
}

async function containerLeftovers({ socket, app, secrets, appSecrets }: LeftoverSearch): Promise<string[]> {
  // A replaced switch leaves when its last connection ends, and the deploy after that takes its container away.
  let found = await containersOf(socket, app);
  await waitFor(
    'one switch',
    async () => {
      found = await containersOf(socket, app);
      return found.filter(isSwitch).length <= 1;
    },
    10_000,
  ).catch(() => undefined);
  const problems: string[] = [];
  const switches = found.filter(isSwitch);
  const apps = found.filter((container) => container.labels['switchyard.role'] === 'app');
  const running = apps.filter((container) => container.running);
  const standby = apps.filter((container) => !container.running);
  const names = (list: typeof found) => list.map(({ name }) => name).join(', ') || 'none';
  if (switches.length !== 1 || !switches[0]?.running)
    problems.push(`There must be one running switch, and there is: ${names(switches)}.`);
  if (running.length !== 1) problems.push(`One version must run, and these do: ${names(running)}.`);
  if (standby.length > 1) problems.push(`At most one standby may be kept, and there is: ${names(standby)}.`);
  for (const other of found.filter((container) => !apps.includes(container) && !isSwitch(container)))
    problems.push(`The container ${other.name} was left behind.`);
  for (const container of found) {
    const text = await containerText(socket, container.id);
    for (const [what, secret] of Object.entries(secrets)) {
      if (text.includes(secret)) problems.push(`The container ${container.name} holds ${what}.`);
    }
    if (isSwitch(container) && appSecrets.some((secret) => text.includes(secret)))
      problems.push(`The switch ${container.name} holds a secret of the app.`);
  }
  return problems;
}

function isSwitch({ labels }: { labels: Record<string, string> }): boolean {
  return labels['switchyard.role'] === 'switch';
}

async function networkLeftovers({ socket, app }: LeftoverSearch): Promise<string[]> {
  const names = await networksOf(socket, app);
  return names
    .filter((name) => name !== `switchyard-${app}`)
    .map((name) => `The network ${name} was left behind.`);
}

/** What a record consists of, by its path below the app's folder. */
const recordFiles = [
  /^journal\.jsonl$/,
  /^lease\/\d{9}\.json$/,
  /^releases\/\d{8}-\d{6}-[a-z0-9]{4}\.json$/,
  /^switch\/haproxy-\d+\.cfg$/,
  /^switch\/(?:admin|master)-\d+\.sock$/,
  /^switch\/(?:live\.map|listen)$/,
  /^switch\/relay\.sock$/,
];

function homeLeftovers({ server, app, secrets, appSecrets }: LeftoverSearch): string[] {
  const problems: string[] = [];
  const record = join(server.home, '.switchyard', app);
  let generations = 0;
  for (const path of filesBelow(server.home)) {
    const name = relative(server.home, path);
    const inRecord = relative(record, path);
    const { mode } = statSync(path);
    const isRecord = recordFiles.some((pattern) => pattern.test(inRecord));
    if (!isRecord && name !== '.ssh/authorized_keys') problems.push(`~/${name} was left on the server.`);
    if (/^switch\/haproxy-\d+\.cfg$/.test(inRecord)) generations += 1;
    if (isRecord && (mode & 0o077) !== 0) problems.push(`~/${name} can be read by others.`);
    if (!statSync(path).isFile()) continue;
    const text = readFileSync(path, 'utf8');
    for (const [what, secret] of Object.entries(secrets)) {
      if (text.includes(secret)) problems.push(`~/${name} holds ${what}.`);
    }
    if (!inRecord.startsWith('releases/') && appSecrets.some((secret) => text.includes(secret)))
      problems.push(`~/${name} holds a secret of the app.`);
  }
  if (generations > 1) problems.push(`${generations} configurations of the switch lie in the record.`);
  return problems;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

const temporaryFolders = ['/tmp', '/var/tmp', '/dev/shm'];

/** What lies in the temporary folders and belongs to a user. */
export async function temporaryFiles(uid: number): Promise<Set<string>> {
  const found = new Set<string>();
  for (const folder of temporaryFolders) {
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      if ((await stat(path).catch(() => undefined))?.uid === uid) found.add(path);
    }
  }
  return found;
}

async function temporaryLeftovers({ server, temporaryBefore }: LeftoverSearch): Promise<string[]> {
  // Where the server's user is ourselves, the temporary files of this very run are told by their name.
  return [...(await temporaryFiles(server.uid))]
    .filter((path) => !temporaryBefore.has(path) && !/\/switchyard-/.test(path))
    .map((path) => `${path} was left on the server.`);
}

async function sessionLeftovers({ server: { sshd } }: LeftoverSearch): Promise<string[]> {
  if (sshd.openSessions() === undefined) return ['The SSH server does not run any more.'];
  return waitFor(
    'the end of every SSH session',
    () => sshd.openSessions() === 0 && ([] as string[]),
    5_000,
  ).catch(() => [`${sshd.openSessions()} SSH sessions, or what they started, still run on the server.`]);
}
