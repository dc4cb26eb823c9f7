export { readServerAccess, type ServerAccess } from './access-inputs.ts';
export { checkKeys } from './check-keys.ts';
export { type ConnectedServer, connectToServer, DockerHostError } from './connect-to-server.ts';
