export { beforeTouching } from './before-touching.ts';
export { type ReleaseOutput, releaseOutputs } from './release-outputs.ts';
export { reporterOf, reportPlan, reportResult } from './report.ts';
export { type ReportSubject, urlOf } from './verdict.ts';
