import { randomUUID } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ActionManifest, inputVariables, readManifest } from './action-manifest.ts';
import { parseKeyValueFile } from './file-commands.ts';
import { findLeaks, type Leak } from './leaks.ts';
import { killTree, processesWithVariable } from './process-tree.ts';
import { type Annotation, StepLog } from './step-log.ts';
import { runStepProcess, type StepProcess } from './step-process.ts';

const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const SUMMARY_LIMIT_BYTES = 1024 * 1024;
const OUTPUT_LIMIT_CHARACTERS = 512 * 1024;

export interface ActionRun {
  /** Name of a folder of actions/, or the path of a folder with an action.yml (for fixtures). */
  readonly action: string;
  /** Where actions/ and dist/ are; default this repository. */
  readonly repository?: string;
  /** `dist` (default): the bundle, copied to where no node_modules is. `sources`: actions/NAME/src/main.ts. */
  readonly from?: 'dist' | 'sources';
  readonly inputs?: Readonly<Record<string, string>>;
  /** Extra environment of the step; nothing else is inherited but PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Values for `${{ github.NAME }}` in defaults. */
  readonly github?: Readonly<Record<string, string>>;
  /** Secrets that must not show up anywhere. */
  readonly canaries?: readonly string[];
  /** What GitHub itself would mask because it came from `secrets.*`. Default nothing, which is stricter. */
  readonly maskedByGitHub?: readonly string[];
  readonly isDebug?: boolean;
  /** Cancels the run after so many milliseconds, or when a line of raw output makes the function true. */
  readonly cancelAfter?: number | ((line: string) => boolean);
  /** Sees every line of raw output. */
  readonly onLine?: (line: string) => void;
  /** Cancels when aborted. */
  readonly signal?: AbortSignal;
}

export interface StepResult {
  /** Of the process; undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly conclusion: 'success' | 'failure' | 'cancelled';
  /** What the log would show: masked. */
  readonly log: string;
  readonly annotations: readonly Annotation[];
  readonly droppedAnnotations: number;
  readonly cutAnnotations: number;
  /** Empty when GitHub would drop it (larger than 1 MiB). */
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** Variables and folders that the step set for later steps. */
  readonly environment: Readonly<Record<string, string>>;
  readonly addedPaths: readonly string[];
  readonly hasOpenGroup: boolean;
  readonly sentSignals: StepProcess['sentSignals'];
  readonly durationMs: number;
}

export interface ActionResult extends StepResult {
  readonly post: StepResult | undefined;
  /** Where a canary was found; empty when all is well. */
  readonly leaks: readonly Leak[];
  /** Command lines of processes that outlived the step (the runner kills them at the job's end, so do we). */
  readonly orphans: readonly number[];
}

/** Runs a JavaScript action in a step of its own, and its post step, as GitHub's runner would. */
export async function runAction(options: ActionRun): Promise<ActionResult> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-runner-'));
  try {
    return await runIn(folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, options: ActionRun): Promise<ActionResult> {
  const actionFolder = await placeAction(folder, options);
  const manifest = await readManifest(actionFolder);
  const tracking = `github_${randomUUID()}`;
  const places = new Map<string, string>();
  const { variables, unknown } = inputVariables(manifest, options.inputs ?? {}, options.github ?? {});
  const base = { ...(await cleanEnvironment(folder, tracking, options)), ...options.env, ...variables };

  const script =
    options.from === 'sources' ? join(actionFolder, 'src/main.ts') : join(actionFolder, manifest.main);
  const main = await runStep({ folder, step: 'main', script, env: base, options, places, unknown, manifest });
  let post: StepResult | undefined;
  if (manifest.post !== undefined && wantsPost(manifest.postIf, main.conclusion)) {
    const state = Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]);
    const env = { ...base, ...main.environment, ...Object.fromEntries(state) };
    env.PATH = [...main.addedPaths.toReversed(), base.PATH].join(':');
    const postScript =
      options.from === 'sources' ? join(actionFolder, 'src/post.ts') : join(actionFolder, manifest.post);
    const postOptions: ActionRun = { ...options, cancelAfter: () => false };
    post = await runStep({
      folder,
      step: 'post',
      script: postScript,
      env,
      options: postOptions,
      places,
      unknown: [],
      manifest,
    });
  }
  for (const [place, text] of await leftFiles(folder)) places.set(place, text);
  const orphans = processesWithVariable(`RUNNER_TRACKING_ID=${tracking}`);
  for (const pid of orphans) killTree(pid);
  return { ...main, post, orphans, leaks: findLeaks(options.canaries ?? [], places) };
}

/** What the action has left in its home, its workspace and the job's temporary folder, where later steps can read it. */
async function leftFiles(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const part of ['work', 'temp', 'home']) {
    const entries = await readdir(join(folder, part), { withFileTypes: true, recursive: true });
    for (const entry of entries.filter((found) => found.isFile())) {
      const path = join(entry.parentPath, entry.name);
      texts.set(`file ${relative(folder, path)}`, await readFile(path, 'utf8'));
    }
  }
  return texts;
}

/** Copies the action and its bundle, and nothing else, to a folder that has no node_modules above it. */
async function placeAction(folder: string, options: ActionRun): Promise<string> {
  const isPath = options.action.includes('/');
  const repository = options.repository ?? REPOSITORY;
  const source = isPath ? options.action : join(repository, 'actions', options.action);
  if (options.from === 'sources') return source;
  const target = join(folder, '_actions', 'actions', isPath ? 'fixture' : options.action);
  if (isPath) await cp(source, target, { recursive: true });
  else {
    await mkdir(target, { recursive: true });
    await cp(join(source, 'action.yml'), join(target, 'action.yml'));
    const bundle = join('dist', options.action);
    await cp(join(repository, bundle), join(folder, '_actions', bundle), { recursive: true });
  }
  return target;
}

async function cleanEnvironment(
  folder: string,
  tracking: string,
  options: ActionRun,
): Promise<Record<string, string>> {
  const workspace = join(folder, 'work');
  const temporary = join(folder, 'temp');
  const home = join(folder, 'home');
  for (const path of [workspace, temporary, home]) await mkdir(path, { recursive: true });
  return {
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_JOB: 'deploy',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1658821493',
    GITHUB_RUN_NUMBER: '3',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: 'ffac537e6cbbf934b08745a378932722df287a53',
    GITHUB_WORKFLOW: 'Deploy',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temporary,
    RUNNER_TOOL_CACHE: join(folder, 'tools'),
    RUNNER_TRACKING_ID: tracking,
    ...(options.isDebug === true ? { RUNNER_DEBUG: '1' } : {}),
  };
}

function wantsPost(condition: string, conclusion: StepResult['conclusion']): boolean {
  const name = condition.replace(/^\$\{\{\s*|\s*\}\}$/g, '').trim();
  if (name === 'always()') return true;
  if (name === 'success()') return conclusion === 'success';
  if (name === 'failure()') return conclusion === 'failure';
  if (name === '!cancelled()') return conclusion !== 'cancelled';
  throw new Error(`This runner cannot evaluate post-if: ${condition}`);
}

async function runStep(step: {
  folder: string;
  step: 'main' | 'post';
  script: string;
  env: Record<string, string>;
  options: ActionRun;
  places: Map<string, string>;
  unknown: readonly string[];
  manifest: ActionManifest;
}): Promise<StepResult> {
  const { options, places } = step;
  const files = await createCommandFiles(step.folder, step.step);
  const log = new StepLog({ isDebug: options.isDebug === true, secrets: options.maskedByGitHub ?? [] });
  if (step.unknown.length > 0) {
    const valid = [...step.manifest.inputs.keys()].map((name) => `'${name}'`).join(', ');
    const names = step.unknown.map((name) => `'${name}'`).join(', ');
    log.annotate('warning', `Unexpected input(s) ${names}, valid inputs are [${valid}]`);
  }
  const { cancelAfter } = options;
  let cancel = () => {};
  let wasCancelled = false;
  let timer: NodeJS.Timeout | undefined;
  const cancelNow = () => {
    wasCancelled = true;
    cancel();
  };
  const ended = await runStepProcess({
    script: step.script,
    cwd: step.env.GITHUB_WORKSPACE ?? step.folder,
    env: { ...step.env, ...files.variables },
    onLine(line) {
      log.take(line);
      options.onLine?.(line);
      if (typeof cancelAfter === 'function' && !wasCancelled && cancelAfter(line)) cancelNow();
    },
    onStart(start) {
      cancel = start;
      if (typeof cancelAfter === 'number') timer = setTimeout(cancelNow, cancelAfter);
      if (step.step === 'main') options.signal?.addEventListener('abort', cancelNow, { once: true });
    },
  });
  clearTimeout(timer);
  options.signal?.removeEventListener('abort', cancelNow);

  const raw = await files.read();
  const failed = new Set<string>(log.fatal);
  const fail = (sentence: string) => {
    failed.add(sentence);
    log.annotate('error', sentence);
  };
  const keyValues = (command: string, text: string, others: ReadonlyMap<string, string>) => {
    try {
      return new Map([...others, ...parseKeyValueFile(text)]);
    } catch (error) {
      fail(`Unable to process file command '${command}' successfully.`);
      fail(error instanceof Error ? error.message : String(error));
      return new Map(others);
    }
  };
  const outputs = keyValues('output', raw.OUTPUT, log.outputs);
  const state = keyValues('state', raw.STATE, log.state);
  const environment = keyValues('env', raw.ENV, new Map());
  if (environment.delete('NODE_OPTIONS'))
    fail("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV'.");
  if (
    [...outputs].reduce((sum, [name, value]) => sum + name.length + value.length, 0) > OUTPUT_LIMIT_CHARACTERS
  ) {
    fail('The outputs are larger than the 1 MB that a job may have.');
  }
  let summary = raw.STEP_SUMMARY;
  if (Buffer.byteLength(summary) > SUMMARY_LIMIT_BYTES) {
    log.annotate('error', '$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k.');
    summary = '';
  }

  places.set(`${step.step}: log`, log.lines.join('\n'));
  places.set(`${step.step}: annotations`, log.annotations.map((annotation) => annotation.message).join('\n'));
  places.set(`${step.step}: process arguments`, [...ended.commandLines].join('\n'));
  // The files as the action wrote them: what the runner masks later does not count.
  for (const [name, text] of Object.entries(raw)) places.set(`${step.step}: GITHUB_${name}`, text);

  return {
    exitCode: ended.exitCode,
    signal: ended.signal,
    conclusion: wasCancelled
      ? 'cancelled'
      : ended.exitCode === 0 && failed.size === 0
        ? 'success'
        : 'failure',
    log: log.lines.join('\n'),
    annotations: log.annotations,
    droppedAnnotations: log.droppedAnnotations,
    cutAnnotations: log.cutAnnotations,
    summary: log.mask(summary),
    outputs: Object.fromEntries(outputs),
    state: Object.fromEntries(state),
    environment: Object.fromEntries(environment),
    addedPaths: raw.PATH.split(/\r\n|\n/).filter((line) => line !== ''),
    hasOpenGroup: log.hasOpenGroup,
    sentSignals: ended.sentSignals,
    durationMs: ended.durationMs,
  };
}

const COMMAND_FILES = ['OUTPUT', 'STATE', 'ENV', 'PATH', 'STEP_SUMMARY'] as const;
type CommandFile = (typeof COMMAND_FILES)[number];

async function createCommandFiles(folder: string, step: string) {
  const directory = join(folder, `file-commands-${step}`);
  await mkdir(directory, { recursive: true });
  const pathOf = (name: CommandFile) => join(directory, `${name.toLowerCase()}_${step}`);
  const variables: Record<string, string> = {};
  for (const name of COMMAND_FILES) {
    await writeFile(pathOf(name), '');
    variables[`GITHUB_${name}`] = pathOf(name);
  }
  return {
    variables,
    async read(): Promise<Record<CommandFile, string>> {
      const texts = await Promise.all(COMMAND_FILES.map((name) => readFile(pathOf(name), 'utf8')));
      return Object.fromEntries(COMMAND_FILES.map((name, index) => [name, texts[index] ?? ''])) as Record<
        CommandFile,
        string
      >;
    },
  };
}
