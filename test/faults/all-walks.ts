import { deployWalk } from './deploy-walk.ts';
import { rollbackWalk } from './rollback-walk.ts';
import { rollbackWithPullWalk } from './rollback-with-pull-walk.ts';
import { stopFirstRollbackWalk, stopFirstWalk } from './stop-first-walk.ts';
import type { Walk } from './walk.ts';

export const allWalks: readonly Walk[] = [
  deployWalk,
  rollbackWalk,
  rollbackWithPullWalk,
  stopFirstWalk,
  stopFirstRollbackWalk,
];
