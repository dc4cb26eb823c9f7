import { releaseOutputs } from '#release-report';

export const actionName = 'deploy-ssh-bluegreen';

/** The outputs of action.yml. */
export const outputNames = releaseOutputs;

export type OutputName = (typeof outputNames)[number];
