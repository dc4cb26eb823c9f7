import { expect } from 'vitest';
import type { TestServer } from '../machine/server.ts';
import type { Stand } from './stand.ts';

/** A first deploy and a second one on a server of its own, without a failed request between them. */
export async function deployTwice(
  stand: Stand,
  server: TestServer,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const app = await stand.app({ server });
  await app.deploy(stand.images.v1, { watch: '500ms', ...more });
  const pulse = app.startPulse();
  await app.deploy(stand.images.v2, { watch: '500ms', 'expected-version': 'v2', ...more });
  const { failures, versions } = await pulse.stop();
  expect(failures).toEqual([]);
  expect(versions).toEqual(['v1', 'v2']);
  await app.expectTidy({ standby: 1 });
  await app.remove();
}
