import { type ActionResult, type ActionRun, runAction } from '../runner/run-action.ts';

/** The bundle is what users run; SWITCHYARD_TEST_FROM=sources saves building it while one works on the code. */
const from = process.env.SWITCHYARD_TEST_FROM === 'sources' ? 'sources' : 'dist';

/** Runs deploy-ssh-bluegreen as the runner would, and makes sure that no secret got out. */
export async function runDeploy(options: Omit<ActionRun, 'action' | 'from'>): Promise<ActionResult> {
  return runSafely('deploy-ssh-bluegreen', options);
}

/** The same for the action rollback. */
export async function runRollback(options: Omit<ActionRun, 'action' | 'from'>): Promise<ActionResult> {
  return runSafely('rollback', options);
}

async function runSafely(action: string, options: Omit<ActionRun, 'action' | 'from'>): Promise<ActionResult> {
  const result = await runAction({ ...options, action, from });
  if (result.leaks.length > 0) throw new Error(`A secret got out: ${JSON.stringify(result.leaks)}`);
  return result;
}

export function errorsOf(result: Pick<ActionResult, 'annotations'>): string[] {
  return result.annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
}

/** The first line of the summary, as a person reads it. */
export function headlineOf({ summary }: Pick<ActionResult, 'summary'>): string {
  const line = /^<h3>(?:✅|❌|🔄|⚠️) (.*)<\/h3>$/m.exec(summary.split('\n')[0] ?? '')?.[1] ?? '';
  return readable(line);
}

/** HTML as text. */
export function readable(html: string): string {
  return html
    .replaceAll(/<br>/g, '\n')
    .replaceAll(/<\/(?:tr|p|li|h\d|pre)>/g, '\n')
    .replaceAll(/<\/t[dh]>/g, ' | ')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
