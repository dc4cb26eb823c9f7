/** Programs that start jobs by the clock, so that two of them start every job twice. */
const schedulerPrograms: ReadonlyMap<string, string> = new Map([
  ['rqscheduler', 'the RQ scheduler'],
  ['clockwork', 'Clockwork'],
  ['cron', 'cron'],
  ['crond', 'cron'],
  ['supercronic', 'Supercronic'],
  ['yacron', 'yacron'],
  ['ofelia', 'Ofelia'],
  ['dagster-daemon', "Dagster's daemon"],
  ['schedule:work', "Laravel's scheduler"],
]);

const telltaleNames = /(?:^|[-_.])(?:beat|celerybeat|scheduler|cron|crond|clock|clockwork)(?:$|[-_.\d])/i;

/** Names the scheduler that a command starts, such as "Celery's beat"; undefined where it starts none. */
export function schedulerOf(words: readonly string[]): string | undefined {
  if (words.includes('celery')) {
    if (words.includes('beat')) return "Celery's beat";
    if (words.some((word) => word === '-B' || word === '--beat')) return 'a Celery worker with its beat (-B)';
  }
  const airflow = words.indexOf('airflow');
  if (airflow !== -1 && words[airflow + 1] === 'scheduler') return "Airflow's scheduler";
  const program = words.find((word) => schedulerPrograms.has(word));
  return program === undefined ? undefined : schedulerPrograms.get(program);
}

/** A start script hides the program; then the service's name is all that tells. */
export function soundsLikeScheduler(service: string): boolean {
  return telltaleNames.test(service);
}
