import { randomInt } from 'node:crypto';
import type { ServerFacts } from '#engine';
import { ensureSlotNetwork, parseImageReference, runToCompletion, serverFacts } from '#engine';
import { ExplainedError, sentenceOf } from '#explained-error';
import type { HealthyWait, ProbeResult } from '#probe';
import type { Color, SlotTarget, SlotTargets, TrafficSwitch } from '#switch';
import { otherColor } from '#switch';
import { appLabels, oneOffContainer, slotNetworkName, writableVolumes } from './app-container.ts';
import type { AppContainer, AppState } from './app-state.ts';
import { isUp, listAppContainers, readAppState } from './app-state.ts';
import type { Candidate } from './candidate.ts';
import { createCandidate, lastLogLines, openContainer } from './candidate.ts';
import type { DeployRequest, HookRequest } from './deploy-request.ts';
import type { DeployResult } from './deploy-result.ts';
import type { HealthKind } from './health-gate.ts';
import { describeHealthKind, healthAttempt, healthKind, passHealthGate } from './health-gate.ts';
import type { ReadyImage } from './image-step.ts';
import { containerPort, hasHealthcheck, readyImage } from './image-step.ts';
import { Lease } from './lease.ts';
import { checkListenAddress } from './listen-check.ts';
import { proveThroughSwitch, proveVersion } from './prove.ts';
import { reconcile } from './reconcile.ts';
import type { Release } from './release.ts';
import { recordFormat, releaseId, withVerdict } from './release.ts';
import { ReleaseStore } from './release-store.ts';
import { imagesToRemove, releasesToForget } from './retention.ts';
import { drain, putOnStandby } from './retire.ts';
import type { Reporter, Server } from './server.ts';
import { trafficSwitchFor } from './switch-driver.ts';
import type { Timeline } from './timeline.ts';
import { TrafficObserver, watchLive } from './watch.ts';

const candidateLogLines = 50;

class DeployProblem extends ExplainedError {
  override readonly name = 'DeployProblem';
}

/**
 * Takes one app on one server from what it serves now to a new release. Whatever happens, a healthy version serves at
 * every moment: a failure before the switch leaves the old one alone, a failure after it goes back to it.
 *
 * Never throws for a deploy that failed; the result says so.
 */
export async function deploy(
  request: DeployRequest,
  server: Server,
  timeline: Timeline,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<DeployResult> {
  const walk = new DeployWalk(request, server, timeline, reporter);
  return await walk.run(signal);
}

class DeployWalk {
  readonly #request: DeployRequest;
  readonly #server: Server;
  readonly #timeline: Timeline;
  readonly #reporter: Reporter;
  readonly #store: ReleaseStore;
  readonly #observer = new TrafficObserver();
  #signal: AbortSignal = new AbortController().signal;
  #lease: Lease | undefined;
  #facts: ServerFacts | undefined;
  #switch: TrafficSwitch | undefined;
  #state: AppState | undefined;
  #findings: string[] = [];
  #image: ReadyImage | undefined;
  #release: Release | undefined;
  #candidate: Candidate | undefined;
  #targets: SlotTargets | undefined;
  #networkIsNew = false;
  #oldWasStopped = false;
  #standbyToWake: AppContainer | undefined;
  #switched = false;
  #rolledBack = false;
  #switchMs: number | undefined;
  #health: HealthyWait | undefined;
  #candidateLog: string | undefined;
  #watch: DeployResult['watch'];

  constructor(request: DeployRequest, server: Server, timeline: Timeline, reporter: Reporter) {
    this.#request = request;
    this.#server = server;
    this.#timeline = timeline;
    this.#reporter = reporter;
    this.#store = new ReleaseStore(server.files, server.home, request.app);
  }

  async run(signal: AbortSignal): Promise<DeployResult> {
    this.#signal = signal;
    try {
      await this.#timeline.run('prepare', () => this.#prepare());
      await this.#timeline.run('pull', () => this.#pull());
      await this.#bringUp();
      await this.#goLive();
      await this.#timeline.run('drain', () => this.#retireOld());
      await this.#timeline.run('tidy', () => this.#tidy());
      await this.#postDeploy();
      return this.#result('live', undefined, undefined);
    } catch (error) {
      return await this.#fail(error);
    } finally {
      this.#observer.stop();
      await this.#lease?.release().catch(() => {
        this.#reporter.warning('The lease could not be given back; it expires by itself within a minute.');
      });
    }
  }

  /** Step 0: everything is read and checked; only the lease is written, and leftovers of others are finished. */
  async #prepare(): Promise<void> {
    const { engine } = this.#server;
    this.#facts = serverFacts(await engine.info(), engine.version);
    await this.#store.prepare();
    this.#lease = await Lease.take(this.#server.files, {
      folder: this.#store.folder,
      app: this.#request.app,
      owner: this.#request.origin,
      waitMs: this.#request.lockWaitMs,
      serverTimeMs: () => engine.serverTimeMs(),
      signal: this.#signal,
      onWait: (sentence) => this.#reporter.progress('lease', sentence),
    });
    this.#signal = AbortSignal.any([this.#signal, this.#lease.lost]);
    this.#switch = await trafficSwitchFor(this.#request, this.#server, this.#facts, this.#store.switchFolder);
    this.#findings.push(...(await this.#switch.recover()));
    const before = await this.#readState();
    this.#findings.push(
      ...(await reconcile({
        engine,
        store: this.#store,
        trafficSwitch: this.#switch,
        state: before,
        standby: this.#request.standby,
        drainTimeoutMs: this.#request.drainTimeoutMs,
        stopTimeoutMs: this.#request.config.stopTimeoutMs,
        oneOffTimeoutMs: this.#request.preDeploy?.timeoutMs ?? 60_000,
        nowMs: await engine.serverTimeMs(),
        signal: this.#signal,
        onProgress: (text) => this.#reporter.progress('reconcile', text),
      })),
    );
    for (const finding of this.#findings) this.#reporter.info(finding);
    this.#state = this.#findings.length > 0 ? await this.#readState() : before;
    this.#sayWhatIsLive(this.#state);
    await this.#checkNetworks();
    if (this.#request.switch.kind === 'haproxy') {
      await checkListenAddress(this.#server, this.#request.app, this.#request.switch.listen);
    }
    if (this.#state.liveColor && this.#request.switch.kind !== 'none')
      await this.#observer.start(this.#switch);
  }

  async #readState(): Promise<AppState> {
    const { releases, damaged } = await this.#store.list();
    for (const path of damaged)
      this.#reporter.warning(`${path} is damaged and was left out; the server's containers decide.`);
    return await readAppState(this.#server.engine, this.#request.app, releases, this.#trafficSwitch());
  }

  #sayWhatIsLive(state: AppState): void {
    const { live } = state;
    if (!live) this.#reporter.info(`Nothing of ${this.#request.app} is live on this server yet.`);
    else if (live.state === 'running')
      this.#reporter.info(`Live now: release ${live.releaseId} (${live.color}).`);
    else
      this.#reporter.warning(
        `The live release ${live.releaseId} (${live.color}) does not run: its container is ${live.state}.`,
      );
  }

  async #checkNetworks(): Promise<void> {
    for (const network of this.#request.config.networks) {
      if (await this.#server.engine.networks.inspect(network)) continue;
      throw new DeployProblem(
        `The server has no network ${network}; create it with "docker network create ${network}" or take it out of "networks".`,
      );
    }
  }

  /** Step 1. */
  async #pull(): Promise<void> {
    const { engine, files } = this.#server;
    const facts = this.#serverFacts();
    const last = this.#liveRelease();
    const freeBytes = async (): Promise<number | undefined> =>
      facts.dockerRootDir ? await files.freeBytes(facts.dockerRootDir) : undefined;
    this.#image = await readyImage({
      engine,
      reference: this.#request.image,
      text: this.#request.imageText,
      auth: this.#request.registryAuth,
      policy: this.#request.pullPolicy,
      facts,
      freeBytes,
      lastImageId: last?.image.id,
      signal: this.#signal,
      onProgress: (text) => this.#reporter.progress('pull', text),
    });
    this.#reporter.info(
      `Image ${this.#image.reference}${this.#image.digest ? ` is ${this.#image.digest}` : ''}.`,
    );
    if (this.#request.switch.kind !== 'haproxy') return;
    const switchImage = parseImageReference(this.#request.switch.image);
    const sameRegistry = switchImage.registry === this.#request.image.registry;
    await readyImage({
      engine,
      reference: switchImage,
      text: this.#request.switch.image,
      auth: sameRegistry ? this.#request.registryAuth : undefined,
      policy: this.#request.pullPolicy === 'never' ? 'never' : 'missing',
      facts,
      freeBytes,
      lastImageId: undefined,
      signal: this.#signal,
      onProgress: (text) => this.#reporter.progress('pull', text),
    });
    // Only now is the switch's image certain, and with it whether the switch has to be replaced.
    this.#switch = await trafficSwitchFor(this.#request, this.#server, facts, this.#store.switchFolder);
  }

  /** Steps 2 to 5: a healthy candidate that no user has met. */
  async #bringUp(): Promise<void> {
    await this.#timeline.run('start', () => this.#create());
    const { preDeploy, version, order } = this.#request;
    if (preDeploy) await this.#timeline.run('pre-deploy', () => this.#hook('pre-deploy', preDeploy));
    await this.#timeline.run('start', async () => {
      if (order === 'stop-first') await this.#stopOldFirst();
      await this.#server.engine.containers.start(this.#knownCandidate().id);
    });
    await this.#timeline.run('health', () => this.#waitHealthy());
    if (version) {
      await this.#timeline.run('verify', () =>
        proveVersion(this.#openCandidate(), version, this.#request.health, this.#knownRelease().config),
      );
    }
  }

  async #create(): Promise<void> {
    const { engine } = this.#server;
    const image = this.#knownImage();
    const state = this.#knownState();
    const port =
      this.#request.switch.kind === 'none'
        ? this.#request.config.containerPort
        : containerPort(this.#request.config.containerPort, image.inspect, image.reference);
    const nowMs = await engine.serverTimeMs();
    const { inspect: _, ...releaseImage } = image;
    const release: Release = {
      format: recordFormat,
      id: releaseId(
        nowMs,
        randomInt(36 ** 4)
          .toString(36)
          .padStart(4, '0'),
      ),
      app: this.#request.app,
      color: state.liveColor ? otherColor(state.liveColor) : 'blue',
      image: releaseImage,
      config: { ...this.#request.config, containerPort: port },
      origin: this.#request.origin,
      createdAt: new Date(nowMs).toISOString(),
      verdict: 'pending',
      verdictAt: new Date(nowMs).toISOString(),
      reason: undefined,
      liveAt: undefined,
    };
    this.#release = release;
    await this.#store.save(release);
    await this.#journal('deploy', `image ${releaseImage.runnable}`);
    const networkName = slotNetworkName(release.app);
    this.#networkIsNew = (await engine.networks.inspect(networkName)) === undefined;
    const network = await ensureSlotNetwork(engine, networkName, { [appLabels.app]: release.app });
    this.#targets = this.#slotTargets(network.addresses, release);
    for (const volume of writableVolumes(release.config.volumes)) {
      if (state.live && this.#request.order === 'start-first') {
        this.#reporter.info(
          `Old and new share the volume ${volume.split(':')[0]} while both run; set "order: stop-first" if the app can't.`,
        );
      }
    }
    await this.#clearSlot(release.color);
    this.#candidate = await createCandidate(engine, release, {
      network: networkName,
      address: network.addresses[release.color],
      publishForProbes: this.#serverFacts().rootless,
    });
    this.#reporter.info(`Created ${this.#candidate.name} in the ${release.color} slot.`);
  }

  /** A standby that runs or is paused holds the slot's address; it is stopped, and woken again if this deploy fails. */
  async #clearSlot(color: Color): Promise<void> {
    for (const container of this.#knownState().containers) {
      if (container.color !== color || !isUp(container)) continue;
      if (container.state === 'paused') await this.#server.engine.containers.unpause(container.id);
      await this.#server.engine.containers.stop(
        container.id,
        Math.ceil(this.#request.config.stopTimeoutMs / 1000),
      );
      this.#standbyToWake = container;
    }
  }

  #slotTargets(addresses: Readonly<Record<Color, string>>, release: Release): SlotTargets {
    const live = this.#liveRelease();
    const fresh: SlotTarget = {
      host: addresses[release.color],
      port: release.config.containerPort ?? 1,
      protocol: release.config.protocol,
    };
    const other = otherColor(release.color);
    const kept: SlotTarget = {
      host: addresses[other],
      port: live?.config.containerPort ?? fresh.port,
      protocol: live?.config.protocol ?? fresh.protocol,
    };
    return release.color === 'blue' ? { blue: fresh, green: kept } : { blue: kept, green: fresh };
  }

  async #stopOldFirst(): Promise<void> {
    const live = this.#knownState().live;
    if (!live || live.state !== 'running') return;
    this.#reporter.info(
      `Stopping ${live.name} first, as "order" asks; nothing serves until the new version does.`,
    );
    this.#oldWasStopped = true;
    await this.#server.engine.containers.stop(live.id, Math.ceil(this.#request.config.stopTimeoutMs / 1000));
  }

  async #hook(role: 'pre-deploy' | 'post-deploy', hook: HookRequest): Promise<void> {
    const release = this.#knownRelease();
    this.#reporter.info(`Running ${role} in a container of the new image: ${hook.command[0]}`);
    const config = oneOffContainer(release, role, hook.command, slotNetworkName(release.app));
    const run = await runToCompletion(this.#server.engine, {
      name: `${release.app}-${release.id}-${role}`,
      config,
      timeoutMs: hook.timeoutMs,
      onLine: (line) => this.#reporter.foreign(line),
      signal: this.#signal,
    });
    if (run.exitCode === 0) return;
    this.#candidateLog = run.output;
    const how = run.timedOut
      ? `did not end within ${hook.timeoutMs / 1000} s and was stopped`
      : run.outOfMemory
        ? 'ran out of memory'
        : `ended with exit code ${run.exitCode}`;
    throw new DeployProblem(`the ${role} command ${hook.command[0]} ${how}`);
  }

  async #waitHealthy(): Promise<void> {
    const release = this.#knownRelease();
    const kind = this.#healthKind();
    this.#reporter.info(
      `Waiting until it is healthy, by ${describeHealthKind(kind, this.#request.health, release.config.containerPort)}.`,
    );
    this.#health = await passHealthGate({
      engine: this.#server.engine,
      kind,
      health: this.#request.health,
      config: release.config,
      target: { containerId: this.#knownCandidate().id, open: this.#openCandidate() },
      signal: this.#signal,
      onAttempt: (text) => this.#reporter.progress('health', text),
    });
  }

  /** Steps 6 and 7: the switch, its proof, and the watch. */
  async #goLive(): Promise<void> {
    const release = this.#knownRelease();
    const candidate = this.#knownCandidate();
    await this.#timeline.run('switch', async () => {
      this.#signal.throwIfAborted();
      await this.#lease?.confirm();
      await this.#server.engine.containers.update(candidate.id, {
        RestartPolicy: { Name: 'unless-stopped' },
      });
      await this.#moveTraffic(release.color);
      await this.#prove();
      this.#release = withVerdict(release, 'live', await this.#server.engine.serverTimeMs());
      await this.#store.save(this.#release);
      await this.#journal('live', `${release.color} serves`);
    });
    this.#reporter.info(`Release ${release.id} (${release.color}) is live.`);
    if (this.#request.watch.durationMs > 0) await this.#timeline.run('watch', () => this.#watchNew());
  }

  async #moveTraffic(color: Color): Promise<void> {
    const trafficSwitch = this.#trafficSwitch();
    const targets = this.#targets;
    if (!targets) throw new Error('the slots are not known yet');
    const old = this.#knownState().liveColor;
    const change = await trafficSwitch.ensure(old ?? color, targets);
    if (change === 'replaced')
      this.#reporter.info('Replaced the switch; the new one has taken over its sockets.');
    if (change === 'restarted')
      this.#reporter.warning(
        'Restarted the switch, which a rootless Engine cannot replace without a short gap.',
      );
    if (change !== 'unchanged') await this.#observer.start(trafficSwitch);
    this.#observer.reset(color);
    // From here on a failure must go back, even if the answer to the command is what got lost.
    this.#switched = true;
    if (change === 'created') this.#switchMs = undefined;
    else this.#switchMs = Math.round((await trafficSwitch.shift(color)) * 10) / 10;
  }

  async #prove(): Promise<void> {
    const { switch: wanted, health, version } = this.#request;
    if (wanted.kind === 'none') return;
    const trafficSwitch = this.#trafficSwitch();
    const { color, config } = this.#knownRelease();
    await proveThroughSwitch(trafficSwitch, color, health, config);
    if (version && config.protocol !== 'tcp') {
      await proveVersion(() => trafficSwitch.openAsClient(), version, health, config);
    }
  }

  async #watchNew(): Promise<void> {
    const { color } = this.#knownRelease();
    const oldColor = this.#knownState().liveColor;
    const problem = await watchLive({
      engine: this.#server.engine,
      containerId: this.#knownCandidate().id,
      color,
      oldColor,
      observer: this.#observer,
      request: this.#request.watch,
      attempt: this.#attempt(),
      signal: this.#signal,
      onProgress: (text) => this.#reporter.progress('watch', text),
    }).finally(() => {
      this.#watch = {
        fresh: this.#observer.figures(color),
        old: oldColor && this.#observer.figures(oldColor),
      };
    });
    if (problem) throw new DeployProblem(`it turned bad after the switch: ${problem}`);
  }

  /** Step 8, and the standby of step 9. */
  async #retireOld(): Promise<void> {
    const state = this.#knownState();
    const old = state.live;
    if (!old) return;
    if (isUp(old) && !this.#oldWasStopped) {
      const left = await drain(
        this.#trafficSwitch(),
        old.color,
        this.#request.drainTimeoutMs,
        this.#signal,
        (text) => this.#reporter.progress('drain', text),
      );
      if (left > 0) {
        this.#reporter.info(
          `${left} requests were still in flight after ${this.#request.drainTimeoutMs / 1000} s; the old version ends them itself.`,
        );
      }
      await putOnStandby({
        engine: this.#server.engine,
        trafficSwitch: this.#trafficSwitch(),
        containerId: old.id,
        color: old.color,
        mode: this.#request.standby,
        stopTimeoutMs: this.#liveRelease()?.config.stopTimeoutMs ?? this.#request.config.stopTimeoutMs,
        connectionsLeft: left,
      });
    }
    const release = this.#liveRelease();
    if (release)
      await this.#store.save(withVerdict(release, 'standby', await this.#server.engine.serverTimeMs()));
  }

  /** Step 9: what is neither live nor standby loses its container; what is too old loses its record and image. */
  async #tidy(): Promise<void> {
    const { engine } = this.#server;
    const keep = new Set([this.#knownCandidate().id, this.#knownState().live?.id]);
    const nowMs = await engine.serverTimeMs();
    const { containers } = await listAppContainers(engine, this.#request.app);
    const { releases } = await this.#store.list();
    for (const container of containers) {
      if (keep.has(container.id)) continue;
      await engine.containers.remove(container.id, { force: true, volumes: true });
      const release = releases.find(({ id }) => id === container.releaseId);
      if (release?.verdict === 'standby') await this.#store.save(withVerdict(release, 'retired', nowMs));
    }
    const current = (await this.#store.list()).releases;
    const forgotten = releasesToForget(current, this.#request.keepReleases);
    const kept = current.filter((release) => !forgotten.includes(release));
    for (const image of imagesToRemove(forgotten, kept)) {
      // An image that something else uses stays; that is no failure of this deploy.
      await engine.images.remove(image).catch(() => []);
    }
    for (const release of forgotten) await this.#store.forget(release.id);
  }

  async #postDeploy(): Promise<void> {
    const { postDeploy } = this.#request;
    if (!postDeploy) return;
    try {
      await this.#timeline.run('post-deploy', () => this.#hook('post-deploy', postDeploy));
    } catch (error) {
      throw new PostDeployProblem(sentenceOf(error), { cause: error });
    }
  }

  async #fail(error: unknown): Promise<DeployResult> {
    if (error instanceof PostDeployProblem) {
      return this.#result('live', `Release ${this.#release?.id} is live, but ${error.message}.`, error.cause);
    }
    const isCancelled = this.#signal.aborted && error === this.#signal.reason;
    const reason = this.#reasonOf(error);
    const verifiedLive = this.#timeline.entries.some(({ step }) => step === 'drain' || step === 'tidy');
    if (verifiedLive) {
      return this.#result(
        isCancelled ? 'cancelled' : 'failed',
        `${reason} The new release is live; the next run finishes the rest.`,
        error,
      );
    }
    try {
      if (this.#switched) return await this.#goBack(isCancelled, reason, error);
      await this.#removeCandidate(reason);
    } catch (trouble) {
      this.#reporter.warning(`Tidying up failed as well (${sentenceOf(trouble)}); the next run does it.`);
    }
    return this.#result(isCancelled ? 'cancelled' : 'failed', reason, error);
  }

  #reasonOf(error: unknown): string {
    const text = sentenceOf(error);
    const release = this.#release;
    const sentence = release && /^[a-z]/.test(text) ? `Release ${release.id} was refused: ${text}` : text;
    return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
  }

  /** The old version still runs, so going back is the same small step as going forth. */
  async #goBack(isCancelled: boolean, reason: string, error: unknown): Promise<DeployResult> {
    const release = this.#knownRelease();
    const old = this.#knownState().live;
    const runs =
      old !== undefined && (await this.#server.engine.containers.inspect(old.id))?.State?.Running === true;
    if (!old || (!runs && !this.#oldWasStopped)) {
      if (!old && !this.#timeline.entries.some(({ step }) => step === 'watch')) {
        await this.#removeCandidate(reason);
        await this.#trafficSwitch().dismantle();
        this.#switched = false;
        return this.#result(isCancelled ? 'cancelled' : 'failed', reason, error);
      }
      this.#candidateLog = await lastLogLines(
        this.#server.engine,
        this.#knownCandidate().id,
        candidateLogLines,
      );
      return this.#result(
        'unwatched',
        `${reason} It serves all the same, because there is no earlier version to go back to.`,
        error,
      );
    }
    await this.#timeline.run('switch-back', async () => {
      if (this.#oldWasStopped) await this.#server.engine.containers.start(old.id);
      await this.#trafficSwitch().shift(old.color);
    });
    this.#rolledBack = true;
    this.#reporter.warning(`Switched back to release ${old.releaseId} (${old.color}).`);
    await drain(this.#trafficSwitch(), release.color, this.#request.drainTimeoutMs, undefined, (text) =>
      this.#reporter.progress('drain', text),
    );
    await this.#removeCandidate(reason);
    return this.#result(isCancelled ? 'cancelled' : 'switched-back', reason, error);
  }

  async #removeCandidate(reason: string): Promise<void> {
    const { engine } = this.#server;
    const release = this.#release;
    if (this.#candidate) {
      this.#candidateLog ??= await lastLogLines(engine, this.#candidate.id, candidateLogLines);
      await engine.containers.remove(this.#candidate.id, { force: true, volumes: true });
    }
    const old = this.#state?.live;
    if (this.#oldWasStopped && old) await engine.containers.start(old.id);
    const standby = this.#standbyToWake;
    if (standby) {
      await engine.containers.start(standby.id);
      if (standby.state === 'paused') await engine.containers.pause(standby.id);
    }
    if (this.#networkIsNew) await engine.networks.remove(slotNetworkName(this.#request.app));
    if (!release) return;
    const verdict = this.#rolledBack ? 'bad' : 'failed';
    this.#release = withVerdict(release, verdict, await engine.serverTimeMs(), reason);
    await this.#store.save(this.#release);
    await this.#journal(verdict, reason);
  }

  #result(outcome: DeployResult['outcome'], reason: string | undefined, cause: unknown): DeployResult {
    const live = this.#knownLive(outcome);
    return {
      outcome,
      reason,
      cause,
      servingNow: live,
      release: this.#release,
      previous: this.#state?.live?.releaseId,
      image: this.#image,
      color: this.#release?.color,
      container: outcome === 'live' || outcome === 'unwatched' ? this.#candidate?.name : undefined,
      switched: this.#switched,
      rolledBack: this.#rolledBack,
      switchMs: this.#switchMs,
      health: this.#health,
      watch: this.#watch,
      candidateLog: this.#candidateLog,
      findings: this.#findings,
      timeline: this.#timeline.entries,
    };
  }

  #knownLive(outcome: DeployResult['outcome']): string {
    const fresh = this.#release;
    if (fresh && (outcome === 'live' || outcome === 'unwatched' || (this.#switched && !this.#rolledBack))) {
      return `Release ${fresh.id} (${fresh.color}) serves.`;
    }
    const live = this.#state?.live;
    if (!this.#state) return 'Nothing was changed; whatever served before still does.';
    if (!live) return `Nothing of ${this.#request.app} serves on this server.`;
    const state =
      live.state === 'running' || this.#oldWasStopped
        ? 'still serves'
        : `is live, but its container is ${live.state}`;
    return `Release ${live.releaseId} (${live.color}) ${state}.`;
  }

  async #journal(event: string, detail: string): Promise<void> {
    const release = this.#knownRelease();
    await this.#store.note({
      at: new Date(await this.#server.engine.serverTimeMs()).toISOString(),
      event,
      release: release.id,
      detail,
      runUrl: this.#request.origin.runUrl,
    });
  }

  #healthKind(): HealthKind {
    return healthKind(
      this.#request.health,
      this.#knownRelease().config,
      hasHealthcheck(this.#knownImage().inspect),
    );
  }

  #attempt(): () => Promise<ProbeResult> {
    return healthAttempt(
      this.#server.engine,
      this.#healthKind(),
      this.#request.health,
      this.#knownRelease().config,
      {
        containerId: this.#knownCandidate().id,
        open: this.#openCandidate(),
      },
    );
  }

  #openCandidate(): ReturnType<typeof openContainer> {
    const { color } = this.#knownRelease();
    const target = this.#targets?.[color];
    if (!target) throw new Error('the slots are not known yet');
    return openContainer(this.#server, this.#knownCandidate().id, target, this.#serverFacts().rootless);
  }

  #liveRelease(): Release | undefined {
    const id = this.#state?.live?.releaseId;
    return this.#state?.releases.find((release) => release.id === id);
  }

  #trafficSwitch(): TrafficSwitch {
    return known(this.#switch, 'the switch');
  }

  #serverFacts(): ServerFacts {
    return known(this.#facts, "the server's facts");
  }

  #knownState(): AppState {
    return known(this.#state, 'the state');
  }

  #knownImage(): ReadyImage {
    return known(this.#image, 'the image');
  }

  #knownRelease(): Release {
    return known(this.#release, 'the release');
  }

  #knownCandidate(): Candidate {
    return known(this.#candidate, 'the candidate');
  }
}

class PostDeployProblem extends ExplainedError {
  override readonly name = 'PostDeployProblem';
}

function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not known yet`);
  return value;
}
