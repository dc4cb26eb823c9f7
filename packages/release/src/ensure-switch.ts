import { ensureSlotNetwork } from '#engine';
import { sentenceOf } from '#explained-error';
import type { Color, SlotTarget, SlotTargets, SwitchChange } from '#switch';
import { appLabels, slotNetworkName } from './app-container.ts';
import type { DeployContext, Ground } from './deploy-context.ts';
import { releaseOf } from './deploy-context.ts';
import { withListenClaim } from './listen-claim.ts';
import { pullSwitch } from './pull.ts';
import { trafficSwitchFor } from './switch-driver.ts';

/**
 * Brings the switch to what this job asks for, and says what that did. Nobody else may take its address meanwhile.
 *
 * @param first what a new switch serves
 * @param planned what the switch's own plan says
 */
export async function ensureSwitch(
  context: DeployContext,
  ground: Ground,
  first: Color,
  targets: SlotTargets,
  planned: SwitchChange,
): Promise<SwitchChange> {
  const { request, server, reporter, progress, observer } = context;
  const { switch: wanted, app } = request;
  const trafficSwitch = progress.trafficSwitch ?? ground.trafficSwitch;
  const ensure = () => trafficSwitch.ensure(first, targets);
  const change =
    wanted.kind === 'haproxy' && planned !== 'unchanged'
      ? await withListenClaim(server, app, wanted.listen, context.nowMs(), ensure)
      : await ensure();
  if (change === 'replaced') reporter.info('Replaced the switch; the new one has taken over its sockets.');
  if (change === 'restarted') {
    reporter.warning(
      'Restarted the switch with a short gap, because a rootless Engine cannot hand its port over.',
    );
  }
  if (change !== 'unchanged') {
    if (trafficSwitch.notice) reporter.warning(trafficSwitch.notice);
    if (request.watch.durationMs > 0) await observer.start(trafficSwitch);
  }
  return change;
}

/**
 * A switch that somebody has removed, or that can't start again, is made anew as the live release had it, whatever this
 * job is to change: that version is there and only lacks the way to it. Where that fails, the job goes on and may still
 * make one of its own.
 *
 * @throws the signal's reason
 */
export async function restoreSwitch(context: DeployContext, ground: Ground): Promise<void> {
  const { progress, reporter, request, observer } = context;
  const { liveColor, live } = ground.state;
  if (!progress.switchIsGone || !liveColor || !live) return;
  try {
    await makeAsItWas(context, ground, liveColor);
  } catch (error) {
    ground.signal.throwIfAborted();
    reporter.warning(`The switch could not be made anew for release ${live.releaseId}: ${sentenceOf(error)}`);
    return;
  }
  progress.switchIsGone = false;
  reporter.info(`Made a new switch; it leads to release ${live.releaseId} (${liveColor}).`);
  if (request.watch.durationMs > 0 && progress.trafficSwitch) await observer.start(progress.trafficSwitch);
}

async function makeAsItWas(context: DeployContext, ground: Ground, liveColor: Color): Promise<void> {
  const { server, request, store, nowMs } = context;
  const { live } = ground.state;
  const release = releaseOf(ground.state);
  const { switch: asked } = request;
  const was = release?.switch.kind === 'haproxy' && asked.kind === 'haproxy' ? release.switch : asked;
  if (was.kind !== 'haproxy' || asked.kind !== 'haproxy') return;
  // The image is the one that this job can be expected to get.
  const wanted = { ...was, image: asked.image };
  await pullSwitch(context, ground);
  const config = release?.config ?? request.config;
  const described = {
    app: request.app,
    switch: wanted,
    config,
    health: release?.rollout.health ?? request.health,
  };
  const trafficSwitch = await trafficSwitchFor(described, server, ground.facts, store.switchFolder);
  const labels = { [appLabels.app]: request.app, [appLabels.home]: server.home };
  const { addresses } = await ensureSlotNetwork(server.engine, slotNetworkName(request.app), labels);
  const target = (color: Color): SlotTarget => ({
    host: addresses[color],
    port: live?.port ?? config.containerPort ?? 1,
    protocol: live?.protocol ?? config.protocol,
  });
  const targets = { blue: target('blue'), green: target('green') };
  await withListenClaim(server, request.app, wanted.listen, nowMs(), () =>
    trafficSwitch.ensure(liveColor, targets),
  );
}
