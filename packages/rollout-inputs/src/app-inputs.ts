import type { InputReader } from '#action-kit';

/** The app's name on the server. */
export function readApp(reader: InputReader): string {
  const app = reader.required('app');
  // It becomes part of file names, container names and labels, and of a socket's path, which has 107 bytes at most.
  if (app !== '' && !/^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}$/.test(app)) {
    reader.problem(
      'app',
      'must start with a small letter and have at most 40 small letters, digits and single hyphens',
    );
  }
  return app;
}

/** User and password of the image's registry, both or neither. */
export function readRegistryAuth(reader: InputReader): { username: string; password: string } | undefined {
  const username = reader.optionalText('registry-username');
  const password = reader.optionalSecret('registry-password');
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? 'registry-username' : 'registry-password';
    reader.problem(missing, 'is missing; give user and password or neither');
  }
  return username !== undefined && password !== undefined ? { username, password } : undefined;
}

/** How a job gets its turn on the server. */
export function readTurn(reader: InputReader): { lockWaitMs: number; forceUnlock: boolean } {
  return {
    lockWaitMs: reader.duration('lock-wait', { max: 6 * 3_600_000 }),
    forceUnlock: reader.boolean('force-unlock'),
  };
}
