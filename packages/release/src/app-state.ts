import type { ContainerSummary, Engine } from '#engine';
import { ExplainedError } from '#explained-error';
import type { Color, Protocol, TrafficSwitch } from '#switch';
import { appLabels, colorOf, portOf, protocolOf } from './app-container.ts';
import type { Release } from './release.ts';
import { isReleaseId } from './release.ts';

export class StateError extends ExplainedError {
  override readonly name = 'StateError';
}

export interface AppContainer {
  readonly id: string;
  readonly name: string;
  readonly color: Color;
  readonly releaseId: string;
  /** Where it was created to listen, by its labels. */
  readonly port: number | undefined;
  readonly protocol: Protocol | undefined;
  /** The Engine's word: created, running, paused, restarting, exited, dead. */
  readonly state: string;
}

export interface AppState {
  /** Containers of releases, oldest first. */
  readonly containers: readonly AppContainer[];
  /** Containers that run one command (pre-deploy, post-deploy). */
  readonly oneOffs: readonly ContainerSummary[];
  readonly releases: readonly Release[];
  /** What the switch itself says that it serves; undefined when there is none, or none that runs. */
  readonly switchColor: Color | undefined;
  /** What is live: the switch's word, or else the record's; undefined before the first deploy. */
  readonly liveColor: Color | undefined;
  readonly live: AppContainer | undefined;
}

export function isUp(container: AppContainer): boolean {
  return container.state === 'running' || container.state === 'paused' || container.state === 'restarting';
}

export async function listAppContainers(
  engine: Engine,
  app: string,
): Promise<{ containers: AppContainer[]; oneOffs: ContainerSummary[] }> {
  const all = await engine.containers.list({ all: true, labels: { [appLabels.app]: app } });
  const containers: AppContainer[] = [];
  const oneOffs: ContainerSummary[] = [];
  for (const summary of all) {
    const role = summary.Labels?.[appLabels.role];
    if (role === 'pre-deploy' || role === 'post-deploy') oneOffs.push(summary);
    const color = colorOf(summary.Labels);
    const releaseId = summary.Labels?.[appLabels.release];
    if (role !== 'app' || !color || !summary.Id || releaseId === undefined || !isReleaseId(releaseId))
      continue;
    const name = summary.Names?.[0]?.replace(/^\//, '') ?? summary.Id.slice(0, 12);
    containers.push({
      id: summary.Id,
      name,
      color,
      releaseId,
      port: portOf(summary.Labels),
      protocol: protocolOf(summary.Labels),
      state: summary.State ?? 'unknown',
    });
  }
  containers.sort((a, b) => (a.releaseId < b.releaseId ? -1 : 1));
  return { containers, oneOffs };
}

/**
 * Which container serves. The switch is asked first, because it is what the users meet; the record only names the
 * release when the switch is gone.
 *
 * @throws StateError when it can't be told; then nothing may be removed.
 */
export async function readAppState(
  engine: Engine,
  app: string,
  releases: readonly Release[],
  trafficSwitch: TrafficSwitch,
): Promise<AppState> {
  const [{ containers, oneOffs }, switchColor] = await Promise.all([
    listAppContainers(engine, app),
    trafficSwitch.live(),
  ]);
  const liveColor = switchColor ?? colorWithoutSwitch(app, containers, releases);
  const live = liveContainer(containers, releases, liveColor);
  return { containers, oneOffs, releases, switchColor, liveColor, live };
}

function colorWithoutSwitch(
  app: string,
  containers: readonly AppContainer[],
  releases: readonly Release[],
): Color | undefined {
  const recorded = releases.findLast((release) => release.verdict === 'live');
  if (recorded && containers.some(({ releaseId }) => releaseId === recorded.id)) return recorded.color;
  // A candidate whose job was killed has not proven anything yet, and no user has met it.
  const isCandidate = ({ releaseId }: AppContainer): boolean =>
    releases.some(({ id, liveAt }) => id === releaseId && liveAt === undefined);
  const running = containers.filter((container) => container.state === 'running' && !isCandidate(container));
  if (running.length > 1) {
    throw new StateError(
      `It can't be told which container of ${app} is live, because its switch and its record are gone and ${running
        .map(({ name }) => name)
        .join(' and ')} run; stop the one that is not, then deploy again.`,
    );
  }
  return running[0]?.color;
}

/** Of several containers in the live slot the one that is up; of several that are not, the one the record calls live. */
function liveContainer(
  containers: readonly AppContainer[],
  releases: readonly Release[],
  color: Color | undefined,
): AppContainer | undefined {
  const inSlot = containers.filter((container) => container.color === color);
  const up = inSlot.findLast(({ state }) => state === 'running') ?? inSlot.findLast(isUp);
  if (up) return up;
  const live = releases.findLast((release) => release.verdict === 'live');
  return inSlot.find(({ releaseId }) => releaseId === live?.id) ?? inSlot.at(-1);
}
