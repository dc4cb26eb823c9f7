/**
 * The command, made so that the kernel kills its program when the thread that starts it ends: a test run that is
 * killed leaves no servers behind.
 */
export function dyingWithUs(argv: readonly [string, ...string[]]): [string, ...string[]] {
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
}
