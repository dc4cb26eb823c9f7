// node packages/switch/test/nginx-measure.ts [requests per second] [switches]
//
// What an nginx reload costs: switches under load, over real SSH, and prints the figures of docs/nginx.md.
import { setTimeout as delay } from 'node:timers/promises';
import { probeHttp } from '#probe';
import { connect } from '#ssh';
import { startLoad } from '../../../test/load/start-load.ts';
import { startTestServer } from '../../../test/machine/server.ts';
import { type Color, NginxSwitch, otherColor, type SlotTargets } from '../src/index.ts';
import { startBackend, startHostNginx } from './nginx-server.ts';

const rate = Number(process.argv[2] ?? 500);
const switches = Number(process.argv[3] ?? 20);
/** Longer than the load's longest ordinary request. */
const betweenMs = 2_500;

function middleAndWorst(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${Math.round(sorted[sorted.length >> 1] ?? 0)} ms (at most ${Math.round(sorted.at(-1) ?? 0)})`;
}

await using server = await startTestServer();
await using nginx = await startHostNginx(server);
await using v1 = await startBackend('v1');
await using v2 = await startBackend('v2');
const { host, port, username, privateKey, knownHosts } = server;
const ssh = await connect(
  { host, port, username, privateKey, hostKey: { knownHosts } },
  { connectTimeoutMs: 20_000 },
);
const files = await ssh.files();
const folder = `${server.home}/.switchyard/shop/switch`;
await files.makeDirectory(folder, 0o700);
nginx.configure(`include ${folder}/nginx/upstream[.]conf;`, `include ${folder}/nginx/location[.]conf;`);
const noContainer = (): Promise<never> => Promise.reject(new Error('nginx runs on the server itself'));
const trafficSwitch = new NginxSwitch(
  {
    app: 'shop',
    folder,
    listen: { host: '127.0.0.1', port: nginx.port },
    command: nginx.command,
    container: undefined,
    network: 'unused',
    question: { host: 'shop.example', path: '/' },
  },
  {
    folder: files,
    connections: ssh,
    ask: (open, question) =>
      probeHttp(open, { ...question, protocol: 'http', expectedStatus: [{ from: 100, to: 599 }] }),
    exec: (argv, options) => ssh.exec(argv, options),
    containers: { inspect: noContainer, exec: noContainer, connect: noContainer, disconnect: noContainer },
  },
);
const targets: SlotTargets = {
  blue: { host: '127.0.1.2', port: v1.port, protocol: 'http' },
  green: { host: '127.0.1.3', port: v2.port, protocol: 'http' },
};
await trafficSwitch.ensure('blue', targets);
const load = await startLoad({ host: '127.0.0.1', port: nginx.port, rate, durationMs: 15 * 60_000 });
await delay(betweenMs);
const flips: number[] = [];
const calls: number[] = [];
let color: Color = 'blue';
for (let count = 0; count < switches; count += 1) {
  color = otherColor(color);
  load.expect(color === 'blue' ? 'v1' : 'v2');
  const started = performance.now();
  flips.push(await trafficSwitch.shift(color));
  calls.push(performance.now() - started);
  await delay(betweenMs);
}
const report = await load.stop();
const failedKinds = Object.entries(report.kinds).filter(([, { failed }]) => failed > 0);
console.log(`${switches} switches at ${rate} requests/s, ${report.requests} requests`);
console.log(`failed: ${report.failed} ${JSON.stringify(report.failuresByReason)}`);
console.log(
  `  by kind: ${failedKinds.map(([kind, { failed }]) => `${kind} ${failed}`).join(', ') || 'none'}`,
);
console.log(`  on new connections: ${report.failures.filter(({ reused }) => !reused).length}`);
console.log(`idle connections closed without loss: ${report.idleCloses}`);
console.log(`answered by the old version after the first answer of the new: ${report.mixed}`);
console.log(`from reload until only the new version answered: ${middleAndWorst(flips)}`);
console.log(`whole switch with test and proof: ${middleAndWorst(calls)}`);
console.log(`WebSockets cut: ${report.webSocket.cut}, event streams cut: ${report.sse.cut}`);
await ssh.close();
