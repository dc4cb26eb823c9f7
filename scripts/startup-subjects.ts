import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { type ActionFile, readActionFiles } from './checks/action-manifests.ts';

export interface StartupSubject {
  readonly name: string;
  /** The file for Node to run. */
  readonly script: string;
  /** Its whole environment, inputs included. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Where the clock stops: when the process has ended, or when it connects to the address that it is given as the
   * inputs host and port.
   */
  readonly until?: 'exit' | 'connection';
}

const deployName = 'deploy-ssh-bluegreen';
const deployInputs: Readonly<Record<string, string>> = {
  username: 'deploy',
  // Of no server: the clock stops before it would be asked for.
  'host-fingerprint': `SHA256:${'A'.repeat(43)}`,
  app: 'shop',
  image: 'registry.example/shop:1.2.3',
  'container-port': '3000',
  'health-path': '/healthz',
};

/** Every bundle of dist/, started with the defaults of its inputs only, so that it stops at its input check. */
export async function distSubjects(root: string): Promise<StartupSubject[]> {
  const files = await readActionFiles(root);
  const names = (await readdir(join(root, 'dist')).catch(() => [])).sort();
  return names.map((name) => ({ name, script: bundleOf(root, name), env: inputVariables(files, name, {}) }));
}

/** The deploy with inputs that are all valid, which loads SSH and opens a connection; none where it is not built. */
export async function connectingSubjects(root: string): Promise<StartupSubject[]> {
  const script = bundleOf(root, deployName);
  if (!existsSync(script)) return [];
  const env = inputVariables(await readActionFiles(root), deployName, {
    ...deployInputs,
    'private-key': ssh2.utils.generateKeyPairSync('ed25519').private,
  });
  return [{ name: `${deployName}, connecting`, script, env, until: 'connection' }];
}

function bundleOf(root: string, name: string): string {
  return join(root, 'dist', name, 'index.js');
}

/** Inputs as the runner gives them to a process: all of them, empty where there is neither value nor default. */
function inputVariables(
  files: readonly ActionFile[],
  name: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const inputs = files.find((file) => file.name === name)?.manifest.inputs ?? {};
  return Object.fromEntries(
    Object.entries(inputs).map(([input, about]) => [
      `INPUT_${input.toUpperCase()}`,
      given[input] ?? String(about?.default ?? ''),
    ]),
  );
}
