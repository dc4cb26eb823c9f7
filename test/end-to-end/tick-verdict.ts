/** One sign of life of a scheduler. */
export interface Tick {
  instance: string;
  version: string;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** One run of the scheduler, from its first tick to its last. */
export interface SchedulerRun {
  instance: string;
  version: string;
  fromMs: number;
  toMs: number;
  ticks: number;
}

export interface TickVerdict {
  /** In the order in which they began. */
  runs: SchedulerRun[];
  /** Two that were at work at the same time, and for how long. */
  overlaps: { earlier: string; later: string; ms: number }[];
  /** The longest time without any tick between the first and the last. */
  longestGapMs: number;
}

/** As the scheduler writes it: `INSTANCE VERSION TIME`. */
export function parseTick(line: string): Tick {
  const [instance, version, at] = line.split(' ');
  if (!instance || !version || !Number.isInteger(Number(at))) throw new Error(`This is no tick: ${line}`);
  return { instance, version, atMs: Number(at) };
}

/** Whether there was never more than one scheduler. */
export function judgeTicks(ticks: readonly Tick[]): TickVerdict {
  const found = new Map<string, SchedulerRun>();
  for (const { instance, version, atMs } of ticks) {
    const run = found.get(instance) ?? { instance, version, fromMs: atMs, toMs: atMs, ticks: 0 };
    run.fromMs = Math.min(run.fromMs, atMs);
    run.toMs = Math.max(run.toMs, atMs);
    run.ticks += 1;
    found.set(instance, run);
  }
  const runs = [...found.values()].toSorted((a, b) => a.fromMs - b.fromMs);
  const overlaps = runs.flatMap((earlier, index) =>
    runs
      .slice(index + 1)
      .map((later) => ({
        earlier: earlier.instance,
        later: later.instance,
        ms: Math.min(earlier.toMs, later.toMs) - later.fromMs,
      }))
      .filter(({ ms }) => ms >= 0),
  );
  const times = ticks.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  return { runs, overlaps, longestGapMs: Math.max(0, ...gaps) };
}
