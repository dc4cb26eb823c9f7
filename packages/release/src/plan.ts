import type { ImageInspect, ServerFacts } from '#engine';
import { formatImageReference, platformProblem, serverFacts } from '#engine';
import type { Color, Protocol, SlotTarget, TrafficSwitch } from '#switch';
import { otherColor, printedAddress } from '#switch';
import { slotNetworkName } from './app-container.ts';
import type { AppState } from './app-state.ts';
import { isUp, readAppState } from './app-state.ts';
import { warnOfJobAtWork } from './at-work.ts';
import { releaseOf } from './deploy-context.ts';
import type { DeployRequest } from './deploy-request.ts';
import { describeHealthKind, healthKind } from './health-gate.ts';
import { containerPort, digestOf, diskProblem, hasHealthcheck, ImageError, needsPull } from './image-step.ts';
import { checkListenAddress } from './listen-check.ts';
import { checkOwner, checkSwitchKind } from './ownership.ts';
import { checkNetworks } from './prepare.ts';
import { freeBytesOf } from './pull.ts';
import type { Release } from './release.ts';
import { withVerdict } from './release.ts';
import { ReleaseStore } from './release-store.ts';
import { foresee } from './restored.ts';
import { imagesToRemove, releasesToForget } from './retention.ts';
import type { Server } from './server.ts';
import type { SwitchRequest } from './service-settings.ts';
import { trafficSwitchFor } from './switch-driver.ts';

/** What a deploy would do, in order, one sentence each. */
export interface DeployPlan {
  readonly steps: readonly string[];
  readonly imageDigest: string | undefined;
  /** Undefined for a stack, whose services have each their own. */
  readonly color: 'blue' | 'green' | undefined;
  readonly previous: string | undefined;
}

/**
 * Works out what a deploy would create, switch and remove, and changes nothing: no lease, no file, no pull.
 *
 * @throws the same errors as a deploy, for what can be known without changing anything
 */
export async function planDeploy(request: DeployRequest, server: Server): Promise<DeployPlan> {
  const { engine } = server;
  const facts = serverFacts(await engine.info(), engine.version);
  const store = ReleaseStore.ofApp(server.files, server.home, request.app);
  const trafficSwitch = await trafficSwitchFor(request, server, facts, store.switchFolder);
  const [atWork] = await Promise.all([
    warnOfJobAtWork(server, request.app, store),
    checkOwner(server, request.app),
    checkSwitchKind(server, request, store),
    checkNetworks(server, request.config.networks),
    request.switch.kind === 'haproxy'
      ? checkListenAddress(server, request.app, request.switch.listen)
      : undefined,
  ]);
  const { releases } = await store.list();
  const found = await readAppState(engine, request.app, releases, trafficSwitch);
  const { state, steps: restoring } = foresee(request.app, found, atWork);
  const color = state.liveColor ? otherColor(state.liveColor) : 'blue';
  const image = await imageSteps(request, server, facts, releaseOf(state));
  return {
    steps: [
      ...(atWork === undefined ? restoring : [atWork]),
      ...restoringSteps(request.switch, state),
      ...image.steps,
      ...(await candidateSteps(request, server, state, color, image.present)),
      ...(await switchSteps(request, server, trafficSwitch, state, color)),
      ...cleaningSteps(request, state),
      ...(request.postDeploy
        ? [`Run ${request.postDeploy.command.join(' ')} in a container of the new image.`]
        : []),
    ],
    imageDigest: image.digest,
    color,
    previous: state.live?.releaseId,
  };
}

/** For a live version that nothing leads to: whatever else comes, the way to it is made first. */
export function restoringSteps(wanted: SwitchRequest, { live, switchColor }: AppState): string[] {
  if (wanted.kind !== 'haproxy' || !live || switchColor !== undefined) return [];
  return [
    `Start the switch again, or make a new one on ${printedAddress(wanted.listen)}, because none runs; it leads to release ${live.releaseId} (${live.color}).`,
  ];
}

async function imageSteps(
  request: DeployRequest,
  server: Server,
  facts: ServerFacts,
  live: Release | undefined,
): Promise<{ steps: string[]; present: ImageInspect | undefined; digest: string | undefined }> {
  const { images } = server.engine;
  const name = formatImageReference(request.image);
  const present = await images.inspect(name);
  if (!present && request.pullPolicy === 'never') {
    throw new ImageError(
      `The server does not have the image ${request.imageText}, and "pull-policy" is never; load it first or allow the pull.`,
    );
  }
  if (!needsPull(request.pullPolicy, request.image, present)) {
    const mismatch = present && platformProblem(request.imageText, present, facts);
    if (mismatch) throw new ImageError(mismatch);
    const steps = [`Use the image ${request.imageText}, which the server has.`];
    return { steps, present, digest: present && digestOf(present, request.image) };
  }
  const [remote, last, freeBytes] = await Promise.all([
    images.distributionInspect(name, request.registryAuth ? { auth: request.registryAuth } : {}),
    live && images.inspect(live.image.id),
    freeBytesOf(server, facts.dockerRootDir),
  ]);
  const problem = diskProblem(freeBytes, last?.Size, facts.dockerRootDir ?? "the Engine's folder");
  if (problem) throw new ImageError(problem);
  const mismatches = (remote.Platforms ?? []).map(({ os, architecture }) =>
    platformProblem(
      request.imageText,
      { ...(os ? { Os: os } : {}), ...(architecture ? { Architecture: architecture } : {}) },
      facts,
    ),
  );
  // An image of several platforms fits if one of them does.
  const mismatch = mismatches.every((problem) => problem !== undefined) ? mismatches[0] : undefined;
  if (mismatch) throw new ImageError(mismatch);
  const digest = remote.Descriptor?.digest;
  return { steps: [`Pull ${request.imageText} (${digest ?? 'digest unknown'}).`], present, digest };
}

async function candidateSteps(
  request: DeployRequest,
  server: Server,
  state: AppState,
  color: Color,
  image: ImageInspect | undefined,
): Promise<string[]> {
  const { health, config, preDeploy, version } = request;
  const network = slotNetworkName(request.app);
  // What an image that is not here yet exposes can't be known.
  const port =
    config.containerPort ??
    (image && request.switch.kind !== 'none'
      ? containerPort(undefined, image, request.imageText)
      : undefined);
  const standbys = state.containers.filter((container) => container.color === color && isUp(container));
  const kind =
    image || health.path !== undefined
      ? healthKind(health, config, image ? hasHealthcheck(image) : false)
      : undefined;
  const by = kind ? `: ${describeHealthKind(kind, health, port)}` : '';
  const { live } = state;
  return [
    ...((await server.engine.networks.inspect(network)) ? [] : [`Create the network ${network}.`]),
    ...standbys.map(({ name }) => `Stop the standby ${name}.`),
    `Create a container ${request.app}-<release> in the ${color} slot${port === undefined ? '' : `, port ${port}`}.`,
    ...(preDeploy
      ? [`Run ${preDeploy.command.join(' ')} in a container of the new image, before the start.`]
      : []),
    ...(request.order === 'stop-first' && live?.state === 'running'
      ? [`Stop ${live.name}; nothing serves until the new version does.`]
      : []),
    `Start it, and wait until it is healthy${by}, at most ${health.startTimeoutMs / 1000} s.`,
    ...(version ? [`Require version ${version.expected} at ${version.path}.`] : []),
  ];
}

async function switchSteps(
  request: DeployRequest,
  server: Server,
  trafficSwitch: TrafficSwitch,
  state: AppState,
  color: Color,
): Promise<string[]> {
  const wanted = request.switch;
  const steps: string[] = [];
  if (wanted.kind === 'haproxy' && !(await server.engine.images.inspect(wanted.image))) {
    if (request.pullPolicy === 'never') {
      throw new ImageError(
        `The server does not have the image ${wanted.image} of the switch, and "pull-policy" is never; load it first or allow the pull.`,
      );
    }
    steps.push(`Pull ${wanted.image} for the switch.`);
  }
  if (wanted.kind !== 'none') {
    // Only what they speak counts; their addresses are not known before the network is there.
    const slot = (protocol: Protocol = request.config.protocol): SlotTarget => ({
      host: '0.0.0.0',
      port: 1,
      protocol,
    });
    const [fresh, kept] = [slot(), slot(releaseOf(state)?.config.protocol)];
    const targets = color === 'blue' ? { blue: fresh, green: kept } : { blue: kept, green: fresh };
    const { change, because } = await trafficSwitch.plan(targets);
    if (change === 'created' && !(wanted.kind === 'haproxy' && state.live)) {
      const at = printedAddress(wanted.listen);
      steps.push(
        wanted.kind === 'haproxy'
          ? `Create the switch on ${at} from ${wanted.image}; it serves ${color}.`
          : `Let the nginx on ${at} serve ${color}: ${because}.`,
      );
    } else if (change !== 'unchanged' && change !== 'created')
      steps.push(`The switch will be ${change}: ${because}.`);
  }
  if (state.liveColor)
    steps.push(`Switch from ${state.liveColor} (release ${state.live?.releaseId ?? 'unknown'}) to ${color}.`);
  if (request.watch.durationMs > 0)
    steps.push(`Watch it for ${request.watch.durationMs / 1000} s; switch back if it turns bad.`);
  return steps;
}

function cleaningSteps(request: DeployRequest, state: AppState): string[] {
  const { live, releases } = state;
  const liveRelease = releaseOf(state);
  // The live one becomes the standby, and an earlier standby loses its container.
  const after = releases.map((release) => {
    if (release.id === live?.releaseId) return withVerdict(release, 'standby', 0);
    return release.verdict === 'standby' ? withVerdict(release, 'retired', 0) : release;
  });
  const pattern = liveRelease ?? releases.at(-1);
  const next: Release[] = pattern ? [{ ...pattern, id: '<release>', verdict: 'live', liveAt: 'now' }] : [];
  const forgotten = releasesToForget([...after, ...next], request.keepReleases);
  const kept = after.filter((release) => !forgotten.includes(release));
  const drained = `Drain ${live?.name} for at most ${request.drainTimeoutMs / 1000} s; keep it as standby (${request.standby}).`;
  return [
    ...(live ? [request.order === 'stop-first' ? `Keep ${live.name} as standby (stopped).` : drained] : []),
    ...state.containers
      .filter(({ id }) => id !== live?.id)
      .map(({ name }) => `Remove the container ${name}.`),
    ...forgotten.map(
      ({ id, image }) =>
        `Forget release ${id} (${image.reference}), beyond the ${request.keepReleases} that are kept.`,
    ),
    ...imagesToRemove(forgotten, kept).map(
      ({ reference }) => `Remove the image ${reference} if nothing else uses it.`,
    ),
  ];
}
