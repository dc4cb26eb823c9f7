/** What the runner says about the run; everything is undefined outside GitHub Actions. */
export interface RunContext {
  readonly serverUrl: string | undefined;
  readonly apiUrl: string | undefined;
  /** The page of this run and attempt, to be shown to people. */
  readonly runUrl: string | undefined;
  readonly repository: string | undefined;
  readonly sha: string | undefined;
  readonly ref: string | undefined;
  readonly refName: string | undefined;
  readonly actor: string | undefined;
  readonly eventName: string | undefined;
  readonly workflow: string | undefined;
  readonly job: string | undefined;
  readonly runId: string | undefined;
  readonly runAttempt: number | undefined;
  readonly workspace: string | undefined;
  readonly temporaryFolder: string | undefined;
}

/** Reads the GITHUB_* variables; see "Default environment variables" in GitHub's documentation. */
export function readRunContext(env: Readonly<Record<string, string | undefined>>): RunContext {
  const filled = (name: string) => (env[name] === '' ? undefined : env[name]);
  const serverUrl = filled('GITHUB_SERVER_URL');
  const repository = filled('GITHUB_REPOSITORY');
  const runId = filled('GITHUB_RUN_ID');
  const attempt = Number(filled('GITHUB_RUN_ATTEMPT') ?? Number.NaN);
  const isKnown = serverUrl !== undefined && repository !== undefined && runId !== undefined;
  const suffix = attempt > 1 ? `/attempts/${attempt}` : '';
  return {
    serverUrl,
    apiUrl: filled('GITHUB_API_URL'),
    runUrl: isKnown ? `${serverUrl}/${repository}/actions/runs/${runId}${suffix}` : undefined,
    repository,
    sha: filled('GITHUB_SHA'),
    ref: filled('GITHUB_REF'),
    refName: filled('GITHUB_REF_NAME'),
    actor: filled('GITHUB_ACTOR'),
    eventName: filled('GITHUB_EVENT_NAME'),
    workflow: filled('GITHUB_WORKFLOW'),
    job: filled('GITHUB_JOB'),
    runId,
    runAttempt: Number.isSafeInteger(attempt) ? attempt : undefined,
    workspace: filled('GITHUB_WORKSPACE'),
    temporaryFolder: filled('RUNNER_TEMP'),
  };
}
