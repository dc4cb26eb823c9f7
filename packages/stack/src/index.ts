export { deployStack } from './deploy-stack.ts';
export { listStackReleases } from './list-stack.ts';
export { planStackDeploy } from './plan-stack.ts';
export { planStackRollback, rollbackStack } from './rollback-stack.ts';
export type { StackRelease } from './stack-release.ts';
export type * from './stack-request.ts';
export type { StackResult } from './stack-result.ts';
