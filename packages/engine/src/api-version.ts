import type { SystemVersion } from './docker-types.ts';
import { EngineError } from './engine-error.ts';

/** Docker Engine 20.10, the oldest that current distributions still ship. */
export const OLDEST_API_VERSION = '1.41';
/** Docker Engine 28.3; newer Engines speak it too. 1.52 drops fields of answers that are read here. */
export const NEWEST_KNOWN_API_VERSION = '1.51';

/**
 * The API version to speak: the newest that both sides know.
 *
 * @throws EngineError when there is none
 */
export function negotiateApiVersion(version: SystemVersion): string {
  const offered = version.ApiVersion;
  if (typeof offered !== 'string' || !/^[0-9]{1,3}\.[0-9]{1,4}$/.test(offered)) {
    throw new EngineError(
      'What answers on the Docker socket is not a Docker Engine: its /version names no API version.',
    );
  }
  const engine = `Docker Engine ${/^[\w.+~-]{1,64}$/.test(version.Version ?? '') ? version.Version : 'of unknown version'}`;
  if (compareApiVersions(offered, OLDEST_API_VERSION) < 0) {
    throw new EngineError(
      `The server runs ${engine} (API ${offered}), which is too old: update it to Docker Engine 20.10 or newer (API ${OLDEST_API_VERSION}).`,
    );
  }
  const least = version.MinAPIVersion;
  if (typeof least === 'string' && compareApiVersions(least, NEWEST_KNOWN_API_VERSION) > 0) {
    throw new EngineError(
      `The server runs ${engine}, which no longer speaks API ${NEWEST_KNOWN_API_VERSION}: use a newer release of Switchyard.`,
    );
  }
  return compareApiVersions(offered, NEWEST_KNOWN_API_VERSION) < 0 ? offered : NEWEST_KNOWN_API_VERSION;
}

/** Negative when `left` is older. 1.9 is older than 1.41. */
export function compareApiVersions(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
