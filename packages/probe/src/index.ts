export { type HealthWatch, type HealthyWait, type WaitForHealth, waitUntilHealthy } from './health-wait.ts';
export { type HttpProbe, probeHttp } from './http-probe.ts';
export type { OpenConnection, ProbeOptions, ProbeOutcome, ProbeResult } from './probe-result.ts';
export { parseStatusRanges, type StatusRange, StatusRangeError, type StatusRanges } from './status-ranges.ts';
export { probeTcp } from './tcp-probe.ts';
export { readVersions, versionMatches, versionProblem } from './version-match.ts';
