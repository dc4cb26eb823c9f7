export { appLabels, labelPrefix } from './app-container.ts';
export { deploy } from './deploy.ts';
export type * from './deploy-request.ts';
export type { DeployOutcome, DeployResult } from './deploy-result.ts';
export { type DeployPlan, planDeploy } from './plan.ts';
export type { Release, ReleaseConfig, ReleaseImage, ReleaseOrigin, ReleaseVerdict } from './release.ts';
export type { Reporter, Server } from './server.ts';
export { type StepName, Timeline, type TimelineEntry } from './timeline.ts';
