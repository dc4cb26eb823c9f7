import { chmod, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { run, waitFor } from '../scripts/test-tools-run.ts';
import type { Stage } from '../test/end-to-end/stage.ts';
import { startLoad } from '../test/load/start-load.ts';
import { buildAppImages } from '../test/machine/images.ts';
import { ownedFolder } from '../test/machine/owned-folder.ts';
import { type Spread, type Stretch, spread, stretchOf } from './figures.ts';

export interface TodayResults {
  /** What is run on the server, by one `ssh` a deploy. */
  script: string;
  deploys: number;
  requests: number;
  failed: number;
  failedPerDeploy: Spread;
  /** Time without one answer, in steps of 100 ms. */
  outageMs: Spread;
  /** Until the command came back. */
  commandMs: Spread;
}

/** How people deploy with a script over SSH: the first start, and the same for every later version. */
interface Way {
  script: (image: string) => string;
  clean: string;
  shown: string;
}

export interface TodayPlan {
  deploys: number;
  rate: number;
  tell: (line: string) => void;
}

/** `docker stop` and `docker run`, then Compose's recreate: same app, same server, same load as ours. */
export async function benchToday(stage: Stage, plan: TodayPlan): Promise<Record<string, TodayResults>> {
  const folder = await ownedFolder('todays-deploys');
  try {
    // The server's user reads the Compose file in here; the key is readable to us alone.
    await chmod(folder, 0o755);
    const ssh = await sshClient(stage, folder);
    const name = `${stage.app}-today`;
    const publish = `127.0.0.1:${stage.port}:8080`;
    const composeFile = join(folder, 'compose.yaml');
    await writeFile(
      composeFile,
      `services:\n  web:\n    image: \${IMAGE}\n    ports: ['${publish}']\n    restart: unless-stopped\n`,
      { mode: 0o644 },
    );
    const compose = `docker compose -p ${name} -f ${composeFile}`;
    const ways: Record<string, Way> = {
      'docker stop + docker run': {
        script: (image) =>
          `if docker inspect ${name} >/dev/null 2>&1; then docker stop ${name} && docker rm ${name}; fi && ` +
          `docker run -d --name ${name} --restart unless-stopped -p ${publish} ${image}`,
        clean: `docker rm -f ${name}`,
        shown: 'docker stop app && docker rm app && docker run -d --name app -p … IMAGE',
      },
      'docker compose up -d': {
        script: (image) => `IMAGE=${image} ${compose} up -d`,
        clean: `IMAGE=none ${compose} down`,
        shown: 'IMAGE=… docker compose up -d',
      },
    };
    const results: Record<string, TodayResults> = {};
    for (const [way, steps] of Object.entries(ways)) {
      results[way] = await benchWay(stage, plan, way, steps, ssh);
      await ssh(steps.clean);
    }
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Ssh = (script: string) => Promise<string>;

async function sshClient({ server }: Stage, folder: string): Promise<Ssh> {
  const key = join(folder, 'key');
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(key, server.privateKey, { mode: 0o600 });
  await writeFile(knownHosts, server.knownHosts);
  const args = [
    ...['-F', '/dev/null', '-i', key, '-p', String(server.port), '-o', 'BatchMode=yes'],
    ...['-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'StrictHostKeyChecking=yes'],
    ...['-o', 'LogLevel=ERROR', `${server.username}@${server.host}`],
  ];
  return (script) => run('ssh', [...args, script]);
}

async function benchWay(
  stage: Stage,
  plan: TodayPlan,
  name: string,
  way: Way,
  ssh: Ssh,
): Promise<TodayResults> {
  const versions = Array.from({ length: plan.deploys + 1 }, (_, index) => `t${index}`);
  const images = await buildAppImages(
    versions.map((version) => ({ version })),
    stage.engine.socket,
  );
  await ssh(way.script(images[0] as string));
  await waitFor(`the first answer with ${name}`, () => answers(stage.port));
  await using load = await startLoad({
    host: '127.0.0.1',
    port: stage.port,
    rate: plan.rate,
    durationMs: 10 * 60_000,
  });
  const moments: { fromMs: number; commandMs: number }[] = [];
  await passed(load, 1_000);
  for (const [index, version] of versions.entries()) {
    if (index === 0) continue;
    const fromMs = load.live().atMs;
    const started = performance.now();
    await ssh(way.script(images[index] as string));
    const commandMs = performance.now() - started;
    await waitFor(`${version} with ${name}`, () => load.live().versions.includes(version), 30_000);
    // Whatever follows from this deploy, such as time-outs, belongs to it.
    await passed(load, 2_000);
    moments.push({ fromMs, commandMs });
    plan.tell(
      `${name} ${index}/${plan.deploys}: ${Math.round(commandMs)} ms, ${load.live().failed} failed so far`,
    );
  }
  const report = await load.stop();
  const stretches = moments.map(
    ({ fromMs }, index): Stretch =>
      stretchOf(
        report,
        Math.floor(fromMs / 100) * 100,
        Math.floor((moments[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY) / 100) * 100,
      ),
  );
  return {
    script: way.shown,
    deploys: plan.deploys,
    requests: report.requests,
    failed: report.failed,
    failedPerDeploy: spread(stretches.map(({ failed }) => failed)),
    outageMs: spread(stretches.map(({ outageMs }) => outageMs)),
    commandMs: spread(moments.map(({ commandMs }) => commandMs)),
  };
}

async function passed(load: { live(): { atMs: number } }, ms: number): Promise<void> {
  const untilMs = load.live().atMs + ms;
  await waitFor('time to pass', () => load.live().atMs >= untilMs, ms + 10_000);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port, path: '/health', timeout: 1_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on('error', () => resolve(false));
    sent.on('timeout', () => sent.destroy());
    sent.end();
  });
}
