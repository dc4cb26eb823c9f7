export { readApp, readRegistryAuth, readTurn } from './app-inputs.ts';
export { checkNamed } from './check-named.ts';
export { readRollout, readRolloutChanges } from './rollout-inputs.ts';
export { readTrustedProxies } from './trusted-proxies.ts';
