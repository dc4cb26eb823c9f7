const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
/** 24 days. A timer of more than 2^31 - 1 ms, some hours later, would end at once. */
export const longestDurationMs = 24 * 24 * 3_600_000;

/**
 * Reads `90s`, `5m`, `1h30m`, `250ms` or `0s` as milliseconds; units go from large to small, each once.
 * Returns undefined for anything else, and for more than `longestDurationMs`: a bare number has no unit, and none is guessed.
 */
export function parseDurationMs(text: string): number | undefined {
  const parts = /^(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/.exec(text);
  if (parts === null || text === '') return undefined;
  const amounts = [parts[1], parts[2], parts[3], parts[4]];
  const units = ['h', 'm', 's', 'ms'];
  let totalMs = 0;
  amounts.forEach((amount, index) => {
    totalMs += Number(amount ?? 0) * (UNIT_MS[units[index] ?? 's'] ?? 0);
  });
  return totalMs <= longestDurationMs ? totalMs : undefined;
}

/** Writes milliseconds for people: `0ms`, `850ms`, `1.4s`, `12s`, `2m 5s`, `1h 30m`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < 1000) return `${ms}ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m ${seconds % 60}s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
}
