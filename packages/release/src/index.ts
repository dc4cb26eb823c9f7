export { appLabels, labelPrefix } from './app-container.ts';
// What a whole stack shares with a single app.
export { lastLogLines } from './candidate-container.ts';
export { clearOneOffs } from './clear-one-offs.ts';
export { deploy } from './deploy.ts';
export type * from './deploy-request.ts';
export type { DeployOutcome, DeployResult } from './deploy-result.ts';
export {
  describeHealthKind,
  fatalState,
  type HealthKind,
  healthAttempt,
  healthKind,
  passHealthGate,
  UnhealthyError,
} from './health-gate.ts';
export { HookError, PostDeployError } from './hook.ts';
export { diskProblem, hasHealthcheck, type ReadyImage, readyImage } from './image-step.ts';
export { type InterruptedJob, interruptedJob } from './interrupted-job.ts';
export * as shapes from './json-shape.ts';
export { type Shape, ShapeError } from './json-shape.ts';
export { isStack } from './kind-of-app.ts';
export { Lease, LeaseError } from './lease.ts';
export { isTakenBackInSilence, mendedVerdict } from './mended-verdict.ts';
export { refuseOvertaken } from './overtaken.ts';
export { type DeployPlan, planDeploy } from './plan.ts';
export { takeLease } from './prepare.ts';
export { ProofError, proveThroughSwitch, whileItRuns } from './prove.ts';
export { freeBytesOf } from './pull.ts';
export * from './record-shapes.ts';
export type {
  RecordedRelease,
  Release,
  ReleaseConfig,
  ReleaseImage,
  ReleaseOrigin,
  ReleaseVerdict,
} from './release.ts';
export { releaseId, timeOfReleaseId, withVerdict } from './release.ts';
export { type ListedRelease, listReleases } from './release-list.ts';
export { type JournalEntry, ReleaseStore } from './release-store.ts';
export { type Restored, stoppedBy } from './restored.ts';
export { releasesToForget } from './retention.ts';
export { drain } from './retire.ts';
export { rollback, schemaRemark } from './rollback.ts';
export { adviseOthers, chooseTarget, RollbackChoiceError } from './rollback-choice.ts';
export { planRollback, type RollbackPlan } from './rollback-plan.ts';
export type { RollbackRequest, RolloutChanges } from './rollback-request.ts';
export { rolloutWith } from './rollback-request.ts';
export type { Reporter, Server } from './server.ts';
export type * from './service-settings.ts';
export { rolloutOf } from './service-settings.ts';
export { usualRollout } from './switch-in-force.ts';
export { type StepName, Timeline, type TimelineEntry } from './timeline.ts';
export type { StopSignals } from './under-lease.ts';
export { UndoStack } from './undo-stack.ts';
export { TrafficObserver, watchLive } from './watch.ts';
