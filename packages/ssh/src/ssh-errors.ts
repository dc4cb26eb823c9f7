import { ExplainedError } from '#explained-error';

/** Everything that can go wrong with SSH and that a person can mend. */
export class SshError extends ExplainedError {
  override readonly name: string = 'SshError';
}

export class PrivateKeyError extends SshError {
  override readonly name = 'PrivateKeyError';
}

export class KnownHostsError extends SshError {
  override readonly name = 'KnownHostsError';
}

export class FingerprintError extends SshError {
  override readonly name = 'FingerprintError';
}

export class HostNotFoundError extends SshError {
  override readonly name = 'HostNotFoundError';
}

export class ConnectionRefusedError extends SshError {
  override readonly name = 'ConnectionRefusedError';
}

export class HostUnreachableError extends SshError {
  override readonly name = 'HostUnreachableError';
}

export class ConnectTimeoutError extends SshError {
  override readonly name = 'ConnectTimeoutError';
}

export class NotAnSshServerError extends SshError {
  override readonly name = 'NotAnSshServerError';
}

export class ServerClosedError extends SshError {
  override readonly name = 'ServerClosedError';
}

export class NoCommonAlgorithmError extends SshError {
  override readonly name = 'NoCommonAlgorithmError';
}

export class AuthenticationError extends SshError {
  override readonly name = 'AuthenticationError';
}

export class UnknownHostKeyError extends SshError {
  override readonly name = 'UnknownHostKeyError';
}

export class ChangedHostKeyError extends SshError {
  override readonly name = 'ChangedHostKeyError';
}

export class RevokedHostKeyError extends SshError {
  override readonly name = 'RevokedHostKeyError';
}

export class JumpHostError extends SshError {
  override readonly name = 'JumpHostError';
}

export class ConnectionLostError extends SshError {
  override readonly name = 'ConnectionLostError';
}

export class SocketMissingError extends SshError {
  override readonly name = 'SocketMissingError';
}

export class SocketPermissionError extends SshError {
  override readonly name = 'SocketPermissionError';
}

export class SocketRefusedError extends SshError {
  override readonly name = 'SocketRefusedError';
}

export class ForwardingError extends SshError {
  override readonly name = 'ForwardingError';
}

export class SessionLimitError extends SshError {
  override readonly name = 'SessionLimitError';
}

export class CommandError extends SshError {
  override readonly name: string = 'CommandError';
}

export class CommandTimeoutError extends CommandError {
  override readonly name = 'CommandTimeoutError';
}

export class CommandOutputError extends CommandError {
  override readonly name = 'CommandOutputError';
}

export class RemoteFileError extends SshError {
  override readonly name = 'RemoteFileError';
}
