import { ExplainedError } from '#explained-error';
import { nginxFiles, parseHaproxyConfig, switchLabels } from '#switch';
import type { PrepareRequest } from './prepare.ts';
import type { Release } from './release.ts';
import type { ReleaseStore } from './release-store.ts';
import type { Server } from './server.ts';
import type { RolloutSettings, SwitchRequest } from './service-settings.ts';

export class UnknownAppError extends ExplainedError {
  override readonly name = 'UnknownAppError';
}

/**
 * How an app is switched and treated on this server, for a job that was not told. The record of the release that was
 * live last says it; where there is none, the switch itself.
 *
 * @throws UnknownAppError when neither is there
 */
export async function findSettings(
  server: Server,
  app: string,
  store: ReleaseStore,
  releases: readonly Release[],
): Promise<PrepareRequest> {
  const last =
    releases.findLast(({ verdict }) => verdict === 'live') ??
    releases.findLast(({ liveAt }) => liveAt !== undefined) ??
    releases.at(-1);
  if (last) {
    const { rollout, config } = last;
    const { standby, drainTimeoutMs, health } = rollout;
    const fallback = { rollout, switch: last.switch, from: `release ${last.id}` };
    const { protocol, stopTimeoutMs } = config;
    return {
      app,
      switch: last.switch,
      config: { protocol, stopTimeoutMs },
      health,
      standby,
      runsCommands: false,
      drainTimeoutMs,
      fallback,
      keepsFormerAddress: true,
    };
  }
  const found = await readSwitch(server, app, store);
  return {
    app,
    switch: found.switch,
    config: { protocol: found.protocol, stopTimeoutMs: 10_000 },
    health: usualRollout.health,
    standby: usualRollout.standby,
    runsCommands: false,
    drainTimeoutMs: usualRollout.drainTimeoutMs,
    keepsFormerAddress: true,
    fallback: { rollout: usualRollout, switch: found.switch, from: "the actions' defaults" },
  };
}

/** The defaults of the inputs of a deploy. */
export const usualRollout: RolloutSettings = {
  order: 'start-first',
  health: {
    path: undefined,
    command: undefined,
    host: 'localhost',
    statuses: [{ from: 200, to: 299 }],
    intervalMs: 50,
    timeoutMs: 5000,
    threshold: 2,
    startTimeoutMs: 60_000,
  },
  version: undefined,
  watch: { durationMs: 10_000, maxErrorRate: 0.05, maxLatencyP95Ms: undefined },
  drainTimeoutMs: 30_000,
  standby: 'stopped',
  keepReleases: 5,
};

async function readSwitch(
  server: Server,
  app: string,
  store: ReleaseStore,
): Promise<{ switch: SwitchRequest; protocol: 'http' | 'tcp' }> {
  const folder = store.switchFolder;
  const labels = { [switchLabels.app]: app, [switchLabels.role]: 'switch' };
  const [containers, nginx, note, haproxyAddress] = await Promise.all([
    server.engine.containers.list({ all: true, labels }),
    server.files.read(nginxFiles(`${folder}/nginx`).upstream),
    server.files.read(`${folder}/live.map`),
    server.files.read(`${folder}/listen`),
  ]);
  if (nginx !== undefined) {
    throw new UnknownAppError(
      `The record of ${app} is gone, and how its nginx is called cannot be read from anywhere else; deploy it once, which writes the record anew.`,
    );
  }
  for (const container of containers.toSorted((a, b) => (b.Created ?? 0) - (a.Created ?? 0))) {
    const generation = container.Labels?.[switchLabels.generation] ?? '';
    if (!/^\d+$/.test(generation)) continue;
    const config = parseHaproxyConfig((await server.files.read(`${folder}/haproxy-${generation}.cfg`)) ?? '');
    if (!config) continue;
    const { protocol, ...rest } = config;
    return {
      switch: { kind: 'haproxy', image: container.ImageID ?? container.Image ?? '', ...rest },
      protocol,
    };
  }
  if (containers.length === 0 && note !== undefined && haproxyAddress === undefined)
    return { switch: { kind: 'none' }, protocol: 'tcp' };
  const name = containers[0]?.Names?.[0]?.replace(/^\//, '');
  if (name !== undefined) {
    throw new UnknownAppError(
      `The record of ${app} is gone, and so are the files in ${folder} that say how its switch ${name} serves; deploy it once, which says what is to be done with the switch and writes the record anew.`,
    );
  }
  throw new UnknownAppError(
    `Nothing is known of an app ${app} on this server: there is no record of a release and no switch; check "app", and that "username" is the user who deploys it.`,
  );
}
