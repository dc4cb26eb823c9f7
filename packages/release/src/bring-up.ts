import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { ensureSlotNetwork } from '#engine';
import type { ProbeResult } from '#probe';
import type { Color, SlotTarget, SlotTargets } from '#switch';
import { otherColor } from '#switch';
import { appLabels, slotNetworkName, writableVolumes } from './app-container.ts';
import { isUp } from './app-state.ts';
import { createCandidate, lastLogLines, openContainer } from './candidate-container.ts';
import type { Candidate, DeployContext, Ground } from './deploy-context.ts';
import { journal, stopSecondsNow } from './deploy-context.ts';
import type { HealthKind, HealthTarget } from './health-gate.ts';
import { describeHealthKind, healthAttempt, healthKind, passHealthGate } from './health-gate.ts';
import { runHook } from './hook.ts';
import type { ReadyImage } from './image-step.ts';
import { containerPort, hasHealthcheck, revisionOf } from './image-step.ts';
import { proveVersion } from './prove.ts';
import type { Release } from './release.ts';
import { recordFormat, releaseId, timeOfReleaseId } from './release.ts';
import { rolloutOf } from './service-settings.ts';

/** What a person sees of a version that failed. */
export const candidateLogLines = 50;

/** Steps 2 to 5: ends with a healthy container of the right build that no user has met. */
export async function bringUp(
  context: DeployContext,
  ground: Ground,
  image: ReadyImage,
): Promise<{ candidate: Candidate; attempt: () => Promise<ProbeResult> }> {
  const { request, server, timeline } = context;
  const { release, candidate } = await timeline.run('create', () => create(context, ground, image));
  const { preDeploy } = request;
  // Before the start: a new version may need the new schema from its first moment on.
  if (preDeploy) {
    await timeline.run('pre-deploy', () => runHook(context, release, 'pre-deploy', preDeploy, ground.signal));
  }
  const start = (): Promise<void> => server.engine.containers.start(candidate.id);
  return startAndProve(context, ground, release, { ...candidate, restartsBefore: 0 }, image.inspect, start);
}

/** Steps 2 to 5 from the start on, for a container that is there: gets it to run, waits until it is healthy, proves it. */
export async function startAndProve(
  context: DeployContext,
  ground: Ground,
  release: Release,
  candidate: Omit<Candidate, 'oldWasStopped'>,
  image: Parameters<typeof hasHealthcheck>[0],
  start: () => Promise<void>,
): Promise<{ candidate: Candidate; attempt: () => Promise<ProbeResult> }> {
  const { request, server, timeline } = context;
  const { version } = request;
  const oldWasStopped = await timeline.run('start', async () => {
    ground.signal.throwIfAborted();
    const stopped = request.order === 'stop-first' && (await stopOld(context, ground, candidate.id));
    await start();
    return stopped;
  });
  const open = opener(context, ground, release, candidate);
  const kind = healthKind(request.health, release.config, hasHealthcheck(image));
  const target = { containerId: candidate.id, restartsBefore: candidate.restartsBefore, open };
  // The same for the gate and the watch: a container without a check has stayed up for long enough only once.
  const attempt = healthAttempt(server.engine, kind, request.health, release.config, target);
  await timeline.run('health', () => waitUntilHealthy(context, ground, release, kind, target, attempt));
  if (version) {
    await timeline.run('verify', () => proveVersion(open, version, request.health, release.config));
  }
  return { candidate: { ...candidate, oldWasStopped }, attempt };
}

async function create(
  context: DeployContext,
  ground: Ground,
  image: ReadyImage,
): Promise<{ release: Release; candidate: NewCandidate }> {
  const release = newRelease(context, ground, image);
  context.progress.release = release;
  const written = [
    context.store.save(release),
    journal(context, 'deploy', `image ${release.image.runnable}`),
  ];
  return { release, candidate: await createInSlot(context, ground, release, written) };
}

/** A container that has just been created, or is about to be woken. */
export type NewCandidate = Omit<Candidate, 'oldWasStopped' | 'restartsBefore'>;

/**
 * Creates the release's container in its slot, and says how that is undone.
 *
 * @param written what has to be in the record before; it goes on while the server is asked
 */
export async function createInSlot(
  context: DeployContext,
  ground: Ground,
  release: Release,
  written: readonly Promise<void>[],
): Promise<NewCandidate> {
  const { request, server, reporter, undo, progress } = context;
  const { engine } = server;
  const networkName = slotNetworkName(release.app);
  const [known] = await Promise.all([engine.networks.inspect(networkName), ...written]);
  if (!known) undo.push('remove the network', () => engine.networks.remove(networkName));
  const network = await ensureSlotNetwork(engine, networkName, {
    [appLabels.app]: release.app,
    [appLabels.home]: server.home,
  });
  for (const volume of writableVolumes(release.config.volumes)) {
    if (!ground.state.live || request.order !== 'start-first') continue;
    reporter.info(
      `Old and new share the volume ${volume.split(':')[0]} while both run; set "order: stop-first" if the app can't.`,
    );
  }
  await clearSlot(context, ground, release.color);
  const container = await createCandidate(engine, release, {
    network: networkName,
    address: network.addresses[release.color],
    publishForProbes: ground.facts.rootless,
    loggingDriver: ground.facts.loggingDriver,
  });
  undo.push('remove the new container', async () => {
    progress.candidateLog ??= await lastLogLines(engine, container.id, candidateLogLines);
    await engine.containers.remove(container.id, { force: true, volumes: true });
  });
  progress.containerName = container.name;
  reporter.info(`Created ${container.name} in the ${release.color} slot.`);
  return { ...container, targets: slotTargets(network.addresses, release, ground) };
}

function newRelease(context: DeployContext, ground: Ground, image: ReadyImage): Release {
  const { request } = context;
  const nowMs = context.nowMs();
  const at = new Date(nowMs).toISOString();
  // Ids tell which release is newer, also where the server's clock was set back.
  const newest = ground.state.releases.at(-1);
  const idMs = newest ? Math.max(nowMs, timeOfReleaseId(newest.id) + 1000) : nowMs;
  const { inspect, ...rest } = image;
  // An image that an earlier release brought here is still ours to sweep.
  const sameImage = ground.state.releases.some(
    (release) => release.image.id === rest.id && release.image.pulled,
  );
  const releaseImage = { ...rest, pulled: rest.pulled || sameImage };
  const given = request.config.containerPort;
  return {
    format: recordFormat,
    id: releaseId(
      idMs,
      randomInt(36 ** 4)
        .toString(36)
        .padStart(4, '0'),
    ),
    app: request.app,
    color: ground.state.liveColor ? otherColor(ground.state.liveColor) : 'blue',
    image: releaseImage,
    config: {
      ...request.config,
      containerPort: request.switch.kind === 'none' ? given : containerPort(given, inspect, image.reference),
    },
    rollout: rolloutOf(request),
    switch: request.switch,
    // The run's commit is the image's only where the run has built it.
    origin: {
      ...request.origin,
      commit: revisionOf(inspect, request.origin.runUrl) ?? request.origin.commit,
    },
    createdAt: at,
    verdict: 'pending',
    verdictAt: at,
    reason: undefined,
    liveAt: undefined,
  };
}

/**
 * A standby that runs or is paused holds the slot's address; it is stopped, and woken again if this deploy fails. What
 * still waits for an earlier container of the slot to come back is ended: it would be the candidate's first user, long
 * before the switch.
 *
 * @param except the container that is to be the candidate itself
 */
export async function clearSlot(
  { request, server, undo, progress }: DeployContext,
  ground: Ground,
  color: Color,
  except?: string,
): Promise<void> {
  const { containers } = server.engine;
  if (ground.state.liveColor) await (progress.trafficSwitch ?? ground.trafficSwitch).closeConnections(color);
  for (const standby of ground.state.containers) {
    if (standby.color !== color || standby.id === except || !isUp(standby)) continue;
    undo.push('wake the standby', async () => {
      await containers.start(standby.id);
      if (standby.state === 'paused') await containers.pause(standby.id);
    });
    if (standby.state === 'paused') await containers.unpause(standby.id);
    await containers.stop(standby.id, Math.ceil(request.config.stopTimeoutMs / 1000));
  }
}

export function slotTargets(
  addresses: Readonly<Record<Color, string>>,
  release: Release,
  ground: Ground,
): SlotTargets {
  const { live } = ground.state;
  const fresh: SlotTarget = {
    host: addresses[release.color],
    port: release.config.containerPort ?? 1,
    protocol: release.config.protocol,
  };
  const kept: SlotTarget = {
    host: addresses[otherColor(release.color)],
    port: live?.port ?? fresh.port,
    protocol: live?.protocol ?? fresh.protocol,
  };
  return release.color === 'blue' ? { blue: fresh, green: kept } : { blue: kept, green: fresh };
}

async function stopOld(
  { request, server, reporter, undo, progress }: DeployContext,
  { state, signal }: Ground,
  candidateId: string,
): Promise<boolean> {
  const { live } = state;
  if (live?.state !== 'running') return false;
  const stopSeconds = Math.ceil(request.config.stopTimeoutMs / 1000);
  reporter.info(`Stopping ${live.name} first, as "order" asks; nothing serves until the new version does.`);
  undo.push('start the old version again', async () => {
    await server.engine.containers.start(live.id);
    progress.oldRunsAgain = true;
  });
  // Undone first: the two must not run at once on the way back either.
  undo.push('stop the new version', () =>
    server.engine.containers.stop(candidateId, stopSecondsNow(stopSeconds, signal)),
  );
  progress.oldWasStopped = true;
  await server.engine.containers.stop(live.id, stopSeconds);
  return true;
}

function opener(
  { server }: DeployContext,
  ground: Ground,
  release: Release,
  candidate: Pick<Candidate, 'id' | 'targets'>,
): () => Promise<Duplex> {
  return openContainer(server, candidate.id, candidate.targets[release.color], ground.facts.rootless);
}

async function waitUntilHealthy(
  { request, server, reporter, progress }: DeployContext,
  ground: Ground,
  release: Release,
  kind: HealthKind,
  target: HealthTarget,
  attempt: () => Promise<ProbeResult>,
): Promise<void> {
  const by = describeHealthKind(kind, request.health, release.config.containerPort);
  reporter.info(`Waiting until it is healthy, by ${by}.`);
  await passHealthGate({
    engine: server.engine,
    kind,
    health: request.health,
    config: release.config,
    target,
    attempt,
    signal: ground.signal,
    onAttempt: (text) => reporter.progress('health', text),
    onEnd: (wait) => {
      progress.health = wait;
    },
  });
}
