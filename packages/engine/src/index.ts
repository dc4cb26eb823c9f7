export type * from './docker-types.ts';
export type * from './engine.ts';
export { EngineError, EngineUnreachableError, isConflict, isNotFound } from './engine-error.ts';
export {
  formatImageReference,
  type ImageReference,
  ImageReferenceError,
  parseImageReference,
} from './image-reference.ts';
export {
  divideRange,
  ensureSlotNetwork,
  type FreeRange,
  findFreeRange,
  type SlotNetwork,
} from './network-subnet.ts';
export { openEngine } from './open-engine.ts';
export { classifyPullFailure, PullError, type PullFailureKind } from './pull-failure.ts';
export {
  type CompletedRun,
  type FollowedRun,
  type OneOffRun,
  runToCompletion,
  startAndFollow,
} from './run-to-completion.ts';
export { platformProblem, type ServerFacts, serverFacts } from './server-facts.ts';
export { unixSocket } from './unix-socket.ts';
