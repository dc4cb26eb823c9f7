import { releaseOutputs } from '#release-report';

export const actionName = 'rollback';

/** The outputs of action.yml. */
export const outputNames = [...releaseOutputs, 'from-release', 'releases'] as const;

export type OutputName = (typeof outputNames)[number];
