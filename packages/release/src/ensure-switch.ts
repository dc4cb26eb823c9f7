import { ensureSlotNetwork } from '#engine';
import type { Color, SlotTargets, SwitchChange } from '#switch';
import { appLabels, slotNetworkName } from './app-container.ts';
import type { DeployContext, Ground } from './deploy-context.ts';
import { withListenClaim } from './listen-claim.ts';
import { pullSwitch } from './pull.ts';

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
 * A switch that somebody has removed, or that can't start again, is made anew before anything else is tried: the live
 * version is there and only lacks the way to it.
 */
export async function restoreSwitch(context: DeployContext, ground: Ground): Promise<void> {
  const { progress, reporter, server, request } = context;
  const { liveColor, live } = ground.state;
  if (!progress.switchIsGone || !liveColor || !live) return;
  const labels = { [appLabels.app]: request.app, [appLabels.home]: server.home };
  await pullSwitch(context, ground);
  const { addresses } = await ensureSlotNetwork(server.engine, slotNetworkName(request.app), labels);
  const target = (color: Color) => ({
    host: addresses[color],
    port: live.port ?? request.config.containerPort ?? 1,
    protocol: live.protocol ?? request.config.protocol,
  });
  const targets = { blue: target('blue'), green: target('green') };
  await ensureSwitch(context, ground, liveColor, targets, 'created');
  progress.switchIsGone = false;
  reporter.info(`Made a new switch; it leads to release ${live.releaseId} (${liveColor}).`);
}
