// node test/machine/with-engine.ts 26 node packages/compose/test/restarted-engine.ts
//
// Restarts the Engine of this world below a stack, and looks who has the service's name and the slot's address.
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { openEngine, unixSocket } from '#engine';
import { provideEngine } from '../../../scripts/test-tools.ts';
import { waitFor } from '../../../scripts/test-tools-run.ts';
import { engineAnswering, startDaemon } from '../../../test/machine/engine.ts';
import { loadImages } from '../../../test/machine/image-archive.ts';
import { testImageSpecs } from '../../../test/machine/images.ts';
import { isRunning } from '../../../test/machine/processes.ts';
import { stackContainers } from '../src/index.ts';
import { testStack } from './test-stack.ts';

const socket = '/var/run/docker.sock';
const pidFile = '/var/run/docker.pid';
if (process.env.SWITCHYARD_ENGINE === undefined) throw new Error('Only an Engine of its own is restarted.');

const { busybox } = await testImageSpecs(['busybox']);
await loadImages(socket, [busybox]);
const always = {
  ...{ image: busybox.name, command: ['sleep', '100000'], restart: 'always', stop_grace_period: '1s' },
  networks: { default: null },
};

await using stack = await testStack(socket);
const file = await stack.release('one', {
  db: always,
  api: { ...always, networks: { default: null, switchyard: { ipv4_address: stack.slot(3) } } },
  'api-switch': { ...always, networks: { default: { aliases: ['api'] }, switchyard: null } },
});
await stack.compose.startKept(file, ['db'], new Map());
await stack.compose.upSwitches(file, ['api-switch']);
await stack.bringUp(file, ['api']);
const [api, proxy, db] = ['api', 'api-switch', 'db'].map((service) => `${stack.project}-${service}-1`) as [
  string,
  string,
  string,
];
assert.deepEqual(await stack.lookUp(db, 'api'), [await stack.addressOf(proxy, 'default')]);

const pid = Number(await readFile(pidFile, 'utf8'));
process.kill(pid, 'SIGTERM');
await waitFor('the end of the Engine', () => !isRunning(pid), 60_000);
await rm(pidFile, { force: true });
const log = '/run/restarted-dockerd.log';
const { path } = await provideEngine('26');
const next = await startDaemon(['dockerd', '-H', `unix://${socket}`, '-G', 'docker'], path, log);
await engineAnswering(socket, next, log);

const engine = await openEngine(unixSocket(socket));
try {
  await waitFor('the containers', async () =>
    (await stackContainers(engine, stack.project)).every(({ state }) => state === 'running'),
  );
} finally {
  engine.close();
}
assert.deepEqual(await stack.lookUp(db, 'api'), [await stack.addressOf(proxy, 'default')]);
assert.equal(await stack.addressOf(api, 'switchyard'), stack.slot(3));
const before = await stack.starts();
await stack.docker(file, 'up', '--detach');
assert.deepEqual(await stack.starts(), before);
