import type { Fault } from './fault.ts';
import { newContainerKilled, oldContainerKilled, switchKilled } from './strikes/on-a-container.ts';
import { engineDiskFull, homeFull } from './strikes/on-a-disk.ts';
import { connectionCut, sshdStopped } from './strikes/on-the-connection.ts';
import {
  engineCrashedLive,
  engineRestarted,
  engineRestartedLive,
  serverRebooted,
} from './strikes/on-the-engine.ts';
import { jobCancelled, jobKilled } from './strikes/on-the-job.ts';
import { pullCut, registryHangs, registryRefuses } from './strikes/on-the-registry.ts';

export const allFaults: readonly Fault[] = [
  jobKilled,
  jobCancelled,
  connectionCut,
  sshdStopped,
  registryRefuses,
  registryHangs,
  pullCut,
  homeFull,
  engineDiskFull,
  newContainerKilled,
  oldContainerKilled,
  switchKilled,
  engineRestartedLive,
  engineRestarted,
  engineCrashedLive,
  serverRebooted,
];
