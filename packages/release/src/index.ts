export { appLabels, labelPrefix } from './app-container.ts';
export { deploy } from './deploy.ts';
export type * from './deploy-request.ts';
export type { DeployOutcome, DeployResult } from './deploy-result.ts';
export { type DeployPlan, planDeploy } from './plan.ts';
export type {
  RecordedRelease,
  Release,
  ReleaseConfig,
  ReleaseImage,
  ReleaseOrigin,
  ReleaseVerdict,
} from './release.ts';
export { type ListedRelease, listReleases } from './release-list.ts';
export { rollback, schemaRemark } from './rollback.ts';
export { planRollback, type RollbackPlan } from './rollback-plan.ts';
export type { RollbackRequest, RolloutChanges } from './rollback-request.ts';
export type { Reporter, Server } from './server.ts';
export type * from './service-settings.ts';
export { type StepName, Timeline, type TimelineEntry } from './timeline.ts';
