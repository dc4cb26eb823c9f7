import type { Client } from 'ssh2';

interface Protocol {
  requestSuccess(): void;
}

type GlobalRequest = (protocol: Protocol, name: string, wantReply: boolean, data: unknown) => void;

interface Internals {
  _protocol?: { _handlers?: { GLOBAL_REQUEST?: GlobalRequest } };
}

/**
 * After the login OpenSSH tells all its host keys, and ssh2 asks for proof of each. Nobody uses the answer here,
 * and it is dear: sshd signs with every key before it serves the first channel. A host key that ssh2 cannot read
 * would even end the connection.
 *
 * @returns false when this ssh2 is built differently; then it stays as it is
 */
export function skipHostKeyProof(client: Client): boolean {
  const handlers = (client as unknown as Internals)._protocol?._handlers;
  const original = handlers?.GLOBAL_REQUEST;
  if (!handlers || !original) return false;
  handlers.GLOBAL_REQUEST = (protocol, name, wantReply, data) => {
    if (name !== 'hostkeys-00@openssh.com') original(protocol, name, wantReply, data);
    else if (wantReply) protocol.requestSuccess();
  };
  return true;
}
