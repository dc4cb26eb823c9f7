import { createServer } from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeployContext, Ground } from '../src/deploy-context.ts';
import { serves } from '../src/finish-interrupted.ts';
import { asDeploy, type RollbackRequest } from '../src/rollback-request.ts';
import { aRelease } from './releases.ts';

/** A switch that leads to a version of which only one path answers well. */
const web = createServer((request, response) => {
  response.setHeader('switchyard-color', 'green');
  response.statusCode = request.url === '/ok' ? 200 : 404;
  response.end();
});
beforeAll(() => new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve)));
afterAll(() => void web.close());

it.each([
  ['/ok', true],
  [undefined, false],
])('what was gone back to is looked at by the check that the rollback is given (%s)', async (path, well) => {
  const live = aRelease({ color: 'green' });
  const asked = { app: 'shop', to: undefined, markBad: true, origin: {}, health: { path }, watch: {} };
  const { port } = web.address() as net.AddressInfo;
  const context = {
    request: asDeploy(asked as unknown as RollbackRequest, live, live, live.switch),
    progress: { trafficSwitch: { openAsClient: async () => net.connect(port, '127.0.0.1') } },
    reporter: { warning: () => undefined },
  } as unknown as DeployContext;
  const ground = { state: { live: { state: 'running' } }, signal: new AbortController().signal };
  const interrupted = { leftId: 'x', story: '', mayBoot: false, restored: undefined };
  expect(await serves(context, ground as unknown as Ground, live, interrupted)).toBe(well);
});
