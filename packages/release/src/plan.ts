import { formatImageReference, parseImageReference, platformProblem, serverFacts } from '#engine';
import type { SlotTarget } from '#switch';
import { otherColor } from '#switch';
import { slotNetworkName } from './app-container.ts';
import { isUp, readAppState } from './app-state.ts';
import type { DeployRequest } from './deploy-request.ts';
import { describeHealthKind, healthKind } from './health-gate.ts';
import { containerPort, hasHealthcheck, ImageError } from './image-step.ts';
import { checkListenAddress } from './listen-check.ts';
import { ReleaseStore } from './release-store.ts';
import { releasesToForget } from './retention.ts';
import type { Server } from './server.ts';
import { trafficSwitchFor } from './switch-driver.ts';

/** What a deploy would do, in order, one sentence each. */
export interface DeployPlan {
  readonly steps: readonly string[];
  readonly imageDigest: string | undefined;
  readonly color: 'blue' | 'green';
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
  const store = new ReleaseStore(server.files, server.home, request.app);
  const trafficSwitch = await trafficSwitchFor(request, server, facts, store.switchFolder);
  const { releases } = await store.list();
  const state = await readAppState(engine, request.app, releases, trafficSwitch);
  const color = state.liveColor ? otherColor(state.liveColor) : 'blue';
  const steps: string[] = [];

  const name = formatImageReference(request.image);
  const present = await engine.images.inspect(name);
  const pulls = request.pullPolicy === 'always' ? !(present && request.image.digest) : !present;
  if (pulls && request.pullPolicy === 'never') {
    throw new ImageError(
      `The server does not have the image ${request.imageText}, and "pull-policy" is never; load it first or allow the pull.`,
    );
  }
  let digest = present?.RepoDigests?.[0]?.split('@')[1];
  if (pulls) {
    const remote = await engine.images.distributionInspect(
      name,
      request.registryAuth ? { auth: request.registryAuth } : {},
    );
    digest = remote.Descriptor?.digest;
    steps.push(`Pull ${request.imageText} (${digest ?? 'digest unknown'}).`);
  } else {
    const mismatch = present && platformProblem(request.imageText, present, facts);
    if (mismatch) throw new ImageError(mismatch);
    steps.push(`Use the image ${request.imageText}, which the server has.`);
  }

  const network = await engine.networks.inspect(slotNetworkName(request.app));
  if (!network) steps.push(`Create the network ${slotNetworkName(request.app)}.`);
  const live = state.releases.find(({ id }) => id === state.live?.releaseId);
  const port =
    request.config.containerPort ??
    (present && request.switch.kind !== 'none'
      ? containerPort(undefined, present, request.imageText)
      : undefined);
  for (const container of state.containers) {
    if (container.color === color && isUp(container)) steps.push(`Stop the standby ${container.name}.`);
  }
  const at = port === undefined ? '' : `, port ${port}`;
  steps.push(`Create and start a container ${request.app}-<release> in the ${color} slot${at}.`);
  if (request.preDeploy)
    steps.push(
      `Run ${request.preDeploy.command.join(' ')} in a container of the new image, before the start.`,
    );
  if (present || request.health.path !== undefined) {
    const kind = healthKind(request.health, request.config, present ? hasHealthcheck(present) : false);
    steps.push(
      `Wait until it is healthy: ${describeHealthKind(kind, request.health, port)}, at most ${request.health.startTimeoutMs / 1000} s.`,
    );
  } else steps.push(`Wait until it is healthy, at most ${request.health.startTimeoutMs / 1000} s.`);
  if (request.version) steps.push(`Require version ${request.version.expected} at ${request.version.path}.`);

  if (request.switch.kind === 'haproxy') {
    await checkListenAddress(server, request.app, request.switch.listen);
    parseImageReference(request.switch.image);
    const slot = (protocol = request.config.protocol): SlotTarget => ({ host: '0.0.0.0', port: 1, protocol });
    const targets =
      color === 'blue'
        ? { blue: slot(), green: slot(live?.config.protocol) }
        : { blue: slot(live?.config.protocol), green: slot() };
    const { change, because } = await trafficSwitch.plan(targets);
    const { host, port: listenPort } = request.switch.listen;
    if (change === 'created')
      steps.push(
        `Create the switch on ${host}:${listenPort} from ${request.switch.image}; it serves ${color}.`,
      );
    else if (change !== 'unchanged') steps.push(`The switch will be ${change}: ${because}.`);
  }
  if (state.liveColor)
    steps.push(`Switch from ${state.liveColor} (release ${state.live?.releaseId ?? 'unknown'}) to ${color}.`);
  if (request.watch.durationMs > 0)
    steps.push(`Watch it for ${request.watch.durationMs / 1000} s; switch back if it turns bad.`);
  if (state.live)
    steps.push(
      `Drain ${state.live.name} for at most ${request.drainTimeoutMs / 1000} s; keep it as standby (${request.standby}).`,
    );
  for (const container of state.containers) {
    if (container.id !== state.live?.id) steps.push(`Remove the container ${container.name}.`);
  }
  const next = { ...(live ?? releases.at(-1)), id: 'new', verdict: 'live' as const, liveAt: 'now' };
  // The live one becomes the standby, and an earlier standby loses its container.
  const after = releases.map((release) => {
    if (release.id === live?.id) return { ...release, verdict: 'standby' as const };
    return release.verdict === 'standby' ? { ...release, verdict: 'retired' as const } : release;
  });
  for (const release of releasesToForget([...after, next as (typeof after)[number]], request.keepReleases)) {
    steps.push(
      `Forget release ${release.id} (${release.image.reference}), beyond the ${request.keepReleases} that are kept.`,
    );
  }
  if (request.postDeploy)
    steps.push(`Run ${request.postDeploy.command.join(' ')} in a container of the new image.`);
  return { steps, imageDigest: digest, color, previous: state.live?.releaseId };
}
