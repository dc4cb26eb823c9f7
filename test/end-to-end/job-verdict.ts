/** What Redis says of the jobs of a stack, and what was asked for. */
export interface JobHistory {
  /** Of which the backend has said that it took them. */
  accepted: readonly string[];
  /** How often each was begun and ended. */
  started: Readonly<Record<string, number>>;
  done: Readonly<Record<string, number>>;
  /** In the queue, where no worker has taken them yet. */
  waiting: readonly string[];
  /** In the hands of workers that live, and of those that were killed. */
  inHand: readonly string[];
  stranded: readonly string[];
}

export interface JobVerdict {
  accepted: number;
  /** Accepted, and nobody has done them or ever will. */
  lost: string[];
  /** Begun or ended more than once. */
  doubled: string[];
  /** Begun by a worker that was killed before it had ended them. Celery would run them a second time, hours later. */
  cut: string[];
  /** Still waiting or being done. */
  open: string[];
}

/** Whether each job that was accepted is done once. Jobs of other tests in the same Redis are looked at as well. */
export function judgeJobs(history: JobHistory): JobVerdict {
  const { accepted, started, done } = history;
  const open = new Set([...history.waiting, ...history.inHand]);
  const cut = new Set(history.stranded);
  const known = new Set([...accepted, ...Object.keys(started), ...Object.keys(done)]);
  for (const id of known) {
    if ((started[id] ?? 0) > (done[id] ?? 0) && !open.has(id)) cut.add(id);
  }
  return {
    accepted: accepted.length,
    lost: accepted.filter((id) => (done[id] ?? 0) === 0 && !open.has(id) && !cut.has(id)),
    doubled: [...known].filter((id) => (started[id] ?? 0) > 1 || (done[id] ?? 0) > 1),
    cut: [...cut],
    open: [...open].filter((id) => !cut.has(id)),
  };
}
