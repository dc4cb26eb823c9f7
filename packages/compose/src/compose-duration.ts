const unitMs: Readonly<Record<string, number>> = {
  w: 7 * 24 * 3_600_000,
  d: 24 * 3_600_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};
const longestMs = 366 * 24 * 3_600_000;

/** Reads a duration as Compose writes it (`1m30s`, `500ms`, `1h0m0s`, `1.5s`) as milliseconds; undefined for anything else. */
export function parseComposeDurationMs(text: string): number | undefined {
  if (text === '0') return 0;
  if (text.length > 100 || !/^(?:\d+(?:\.\d*)?(?:ms|us|µs|μs|ns|[wdhms]))+$/.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount = '0', unit = 's'] of text.matchAll(/(\d+(?:\.\d*)?)(ms|us|µs|μs|ns|[wdhms])/g)) {
    totalMs += Number(amount) * (unitMs[unit] ?? 0);
  }
  return totalMs <= longestMs ? Math.ceil(totalMs) : undefined;
}
