import type { SFTPWrapper } from 'ssh2';
import type { RemoteFiles } from '../src/index.ts';
import { until } from './sshd.ts';

export interface RoundTrips {
  /** How many round trips the operation waited for, one after the other. */
  of(operation: () => Promise<unknown>): Promise<number>;
}

/** ssh2's session with what its types do not show. */
export type OpenSftp = SFTPWrapper & {
  _extensions: Record<string, string>;
  _maxWriteLen: number;
  _requests: Record<string, unknown>;
  push(data: Buffer): void;
};

export function sftpOf(remote: RemoteFiles): OpenSftp {
  return (remote as unknown as { sftp: OpenSftp }).sftp;
}

/**
 * Counts without a clock: a request is one round trip later than the latest answer that had come when it was sent.
 * ssh2 notes each request under its number when it is sent and takes the note away when the answer has come.
 */
export function roundTripsOf(remote: RemoteFiles): RoundTrips {
  const sftp = sftpOf(remote);
  let answered = 0;
  const sentAfter = new Map<string | symbol, number>();
  const requests = new Proxy<Record<string, unknown>>(sftp._requests, {
    set(target, number, request) {
      sentAfter.set(number, answered);
      return Reflect.set(target, number, request);
    },
    deleteProperty(target, number) {
      answered = Math.max(answered, (sentAfter.get(number) ?? 0) + 1);
      sentAfter.delete(number);
      return Reflect.deleteProperty(target, number);
    },
  });
  sftp._requests = requests;
  return {
    async of(operation) {
      await until(() => sentAfter.size === 0);
      answered = 0;
      await operation();
      return answered;
    },
  };
}
