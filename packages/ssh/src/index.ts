export { connect } from './connection.ts';
export type {
  CommandOptions,
  CommandResult,
  HostKeyPolicy,
  RemoteEntry,
  RemoteFiles,
  RemoteStat,
  Route,
  SshConnection,
  SshOptions,
  SshTarget,
  TunnelSocket,
} from './contract.ts';
export { checkKnownHosts, fingerprintOf, parseFingerprints } from './host-key.ts';
export { checkPrivateKey } from './private-key.ts';
export { shellCommand } from './shell-words.ts';
export * from './ssh-errors.ts';
