export const id = 445;
export const ids = [445];
export const modules = {

/***/ 3445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  HookError: () => (/* reexport */ hook/* HookError */.G_),
  Lease: () => (/* reexport */ lease/* Lease */.nD),
  LeaseError: () => (/* reexport */ lease/* LeaseError */.pS),
  PostDeployError: () => (/* reexport */ hook/* PostDeployError */.IA),
  ProofError: () => (/* reexport */ prove/* ProofError */.Dp),
  RecordError: () => (/* reexport */ record_shapes/* RecordError */.W1),
  ReleaseStore: () => (/* reexport */ release_store/* ReleaseStore */.T),
  RollbackChoiceError: () => (/* reexport */ rollback_choice/* RollbackChoiceError */.CY),
  ShapeError: () => (/* reexport */ json_shape.ShapeError),
  Timeline: () => (/* reexport */ timeline/* Timeline */.K),
  TrafficObserver: () => (/* reexport */ watch/* TrafficObserver */.o),
  UndoStack: () => (/* reexport */ undo_stack/* UndoStack */.Z),
  UnhealthyError: () => (/* reexport */ health_gate/* UnhealthyError */.P4),
  adviseOthers: () => (/* reexport */ rollback_choice/* adviseOthers */.gI),
  appLabels: () => (/* reexport */ app_container/* appLabels */.D2),
  chooseTarget: () => (/* reexport */ rollback_choice/* chooseTarget */.bx),
  clearOneOffs: () => (/* reexport */ clear_one_offs/* clearOneOffs */.G),
  command: () => (/* reexport */ record_shapes/* command */.G5),
  deploy: () => (/* reexport */ deploy),
  describeHealthKind: () => (/* reexport */ health_gate/* describeHealthKind */._Y),
  diskProblem: () => (/* reexport */ image_step/* diskProblem */.Nd),
  drain: () => (/* reexport */ retire/* drain */.Z),
  durationMs: () => (/* reexport */ record_shapes/* durationMs */.pc),
  fatalState: () => (/* reexport */ health_gate/* fatalState */.iX),
  filledLine: () => (/* reexport */ record_shapes/* filledLine */.Dk),
  freeBytesOf: () => (/* reexport */ pull/* freeBytesOf */.jw),
  hasHealthcheck: () => (/* reexport */ image_step/* hasHealthcheck */.zY),
  healthAttempt: () => (/* reexport */ health_gate/* healthAttempt */.ys),
  healthKind: () => (/* reexport */ health_gate/* healthKind */.H1),
  image: () => (/* reexport */ record_shapes/* image */.Sl),
  interruptedJob: () => (/* reexport */ interrupted_job/* interruptedJob */.A),
  isStack: () => (/* reexport */ isStack),
  isTakenBackInSilence: () => (/* reexport */ mended_verdict/* isTakenBackInSilence */.R5),
  labelPrefix: () => (/* reexport */ app_container/* labelPrefix */.Tb),
  lastLogLines: () => (/* reexport */ candidate_container/* lastLogLines */.EP),
  listReleases: () => (/* reexport */ listReleases),
  mendedVerdict: () => (/* reexport */ mended_verdict/* mendedVerdict */.hm),
  networkRanges: () => (/* reexport */ record_shapes/* networkRanges */.rm),
  openRecord: () => (/* reexport */ record_shapes/* openRecord */.C6),
  passHealthGate: () => (/* reexport */ health_gate/* passHealthGate */.hA),
  planDeploy: () => (/* reexport */ planDeploy),
  planRollback: () => (/* reexport */ planRollback),
  port: () => (/* reexport */ record_shapes/* port */.Oh),
  proveThroughSwitch: () => (/* reexport */ prove/* proveThroughSwitch */.ib),
  readyImage: () => (/* reexport */ image_step/* readyImage */.Vo),
  recordedMembers: () => (/* reexport */ record_shapes/* recordedMembers */.eU),
  refuseOvertaken: () => (/* reexport */ overtaken/* refuseOvertaken */.C),
  releaseId: () => (/* reexport */ src_release/* releaseId */.Bf),
  releasesToForget: () => (/* reexport */ retention/* releasesToForget */.r),
  rollback: () => (/* reexport */ rollback/* rollback */.dU),
  rollout: () => (/* reexport */ record_shapes/* rollout */.yT),
  rolloutOf: () => (/* reexport */ service_settings/* rolloutOf */.Z),
  rolloutWith: () => (/* reexport */ rollback_request/* rolloutWith */.yJ),
  schemaRemark: () => (/* reexport */ rollback/* schemaRemark */.cC),
  shaped: () => (/* reexport */ record_shapes/* shaped */.e9),
  shapes: () => (/* reexport */ json_shape),
  stoppedBy: () => (/* reexport */ src_restored/* stoppedBy */.$),
  takeLease: () => (/* reexport */ prepare/* takeLease */._e),
  timeOfReleaseId: () => (/* reexport */ src_release/* timeOfReleaseId */.Fh),
  urlPath: () => (/* reexport */ record_shapes/* urlPath */.Lx),
  usualRollout: () => (/* reexport */ switch_in_force/* usualRollout */.G3),
  watchLive: () => (/* reexport */ watch/* watchLive */.y),
  whileItRuns: () => (/* reexport */ prove/* whileItRuns */.ZI),
  withVerdict: () => (/* reexport */ src_release/* withVerdict */.m3)
});

// EXTERNAL MODULE: ./build/packages/release/src/app-container.js
var app_container = __webpack_require__(3042);
// EXTERNAL MODULE: ./build/packages/release/src/candidate-container.js
var candidate_container = __webpack_require__(6356);
// EXTERNAL MODULE: ./build/packages/release/src/clear-one-offs.js
var clear_one_offs = __webpack_require__(9930);
// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __webpack_require__(7707);
// EXTERNAL MODULE: ./build/packages/release/src/bring-up.js
var bring_up = __webpack_require__(673);
// EXTERNAL MODULE: ./build/packages/release/src/finish.js
var finish = __webpack_require__(9980);
// EXTERNAL MODULE: ./build/packages/release/src/go-live.js + 2 modules
var go_live = __webpack_require__(3584);
// EXTERNAL MODULE: ./build/packages/release/src/hook.js
var hook = __webpack_require__(396);
// EXTERNAL MODULE: ./build/packages/release/src/prepare.js + 2 modules
var prepare = __webpack_require__(1182);
// EXTERNAL MODULE: ./build/packages/release/src/pull.js
var pull = __webpack_require__(7620);
// EXTERNAL MODULE: ./build/packages/release/src/service-settings.js
var service_settings = __webpack_require__(1268);
// EXTERNAL MODULE: ./build/packages/release/src/under-lease.js
var under_lease = __webpack_require__(4286);
;// CONCATENATED MODULE: ./build/packages/release/src/deploy.js









/**
 * Takes one app on one server from what it serves now to a new release. Whatever happens, a healthy version serves at
 * every moment: a failure before the switch leaves the old one alone, a failure after it goes back to it.
 *
 * Never throws for a deploy that failed; the result says so.
 */
async function deploy(request, server, timeline, reporter, signals) {
    return (0,under_lease/* changeUnderLease */.b)(request, server, timeline, reporter, signals, async (job, turn) => {
        const context = { ...job, request, leaving: { verdict: 'standby' } };
        const ground = await timeline.run('prepare', async () => {
            const { ground: found, mend } = await (0,prepare/* prepare */.iA)(job, deployAsFound(request), turn);
            await mend();
            await (0,prepare/* checkGround */.ae)(context, found);
            return found;
        });
        await walk(context, ground);
    });
}
/** What a deploy looks for on the server before it changes anything. */
function deployAsFound(request) {
    return {
        ...request,
        runsCommands: true,
        fallback: { rollout: (0,service_settings/* rolloutOf */.Z)(request), switch: request.switch, from: 'this deploy' },
    };
}
async function walk(context, ground) {
    const { request, timeline, progress } = context;
    const image = await timeline.run('pull', () => (0,pull/* pullImages */.Ks)(context, ground));
    const { candidate, attempt } = await (0,bring_up/* bringUp */.qh)(context, ground, image);
    const release = progress.release;
    if (!release)
        throw new Error('a candidate without a release');
    await (0,go_live/* goLive */.H)(context, ground, release, candidate, attempt);
    await (0,finish/* finish */.O)(context, ground, candidate);
    const { postDeploy } = request;
    if (!postDeploy)
        return;
    await timeline
        .run('post-deploy', () => (0,hook/* runHook */.DB)(context, release, 'post-deploy', postDeploy, ground.signal))
        .catch((error) => {
        throw new hook/* PostDeployError */.IA((0,src/* sentenceOf */.$)(error), { cause: error });
    });
}

// EXTERNAL MODULE: ./build/packages/release/src/health-gate.js + 1 modules
var health_gate = __webpack_require__(5920);
// EXTERNAL MODULE: ./build/packages/release/src/image-step.js
var image_step = __webpack_require__(3989);
// EXTERNAL MODULE: ./build/packages/release/src/interrupted-job.js
var interrupted_job = __webpack_require__(507);
// EXTERNAL MODULE: ./build/packages/release/src/json-shape.js
var json_shape = __webpack_require__(3785);
;// CONCATENATED MODULE: ./build/packages/release/src/kind-of-app.js
/** Whether the record of an app is that of a whole Compose stack. */
async function isStack({ files, home }, app) {
    const folder = `${home}/.switchyard/${app}/releases`;
    const entries = await files.list(folder);
    const newest = entries
        .filter(({ name, isFile }) => isFile && name.endsWith('.json'))
        .toSorted((a, b) => (a.name < b.name ? 1 : -1));
    for (const { name } of newest) {
        try {
            const { kind } = JSON.parse((await files.read(`${folder}/${name}`)) ?? '');
            return kind === 'stack';
        }
        catch {
            // A damaged record says nothing; another one may.
        }
    }
    return false;
}

// EXTERNAL MODULE: ./build/packages/release/src/lease.js
var lease = __webpack_require__(7353);
// EXTERNAL MODULE: ./build/packages/release/src/mended-verdict.js
var mended_verdict = __webpack_require__(9586);
// EXTERNAL MODULE: ./build/packages/release/src/overtaken.js
var overtaken = __webpack_require__(5910);
// EXTERNAL MODULE: ./build/packages/engine/src/server-facts.js
var server_facts = __webpack_require__(1461);
// EXTERNAL MODULE: ./build/packages/engine/src/image-reference.js
var image_reference = __webpack_require__(5863);
// EXTERNAL MODULE: ./build/packages/switch/src/traffic-switch.js
var traffic_switch = __webpack_require__(9206);
// EXTERNAL MODULE: ./build/packages/switch/src/served-address.js
var served_address = __webpack_require__(606);
// EXTERNAL MODULE: ./build/packages/release/src/app-state.js
var app_state = __webpack_require__(8476);
;// CONCATENATED MODULE: ./build/packages/release/src/at-work.js

/** That a job is at work, as a sentence: what looks like one that was interrupted is then only half-way. */
async function warnOfJobAtWork({ engine, files }, app, { folder }) {
    const who = await (0,lease/* whoIsAtWork */.NN)(files, { folder, app, nowMs: await engine.serverTimeMs() });
    return (who &&
        `A job is changing ${app} right now (${who}), and what follows is its half-way state; look again when it has ended.`);
}

// EXTERNAL MODULE: ./build/packages/release/src/deploy-context.js
var deploy_context = __webpack_require__(4678);
// EXTERNAL MODULE: ./build/packages/release/src/listen-check.js
var listen_check = __webpack_require__(2693);
// EXTERNAL MODULE: ./build/packages/release/src/ownership.js
var ownership = __webpack_require__(2486);
// EXTERNAL MODULE: ./build/packages/release/src/release.js
var src_release = __webpack_require__(3126);
// EXTERNAL MODULE: ./build/packages/release/src/release-store.js + 1 modules
var release_store = __webpack_require__(8246);
// EXTERNAL MODULE: ./build/packages/release/src/restored.js
var src_restored = __webpack_require__(9101);
// EXTERNAL MODULE: ./build/packages/release/src/retention.js
var retention = __webpack_require__(8869);
// EXTERNAL MODULE: ./build/packages/release/src/switch-driver.js + 7 modules
var switch_driver = __webpack_require__(6825);
;// CONCATENATED MODULE: ./build/packages/release/src/plan.js

















/**
 * Works out what a deploy would create, switch and remove, and changes nothing: no lease, no file, no pull.
 *
 * @throws the same errors as a deploy, for what can be known without changing anything
 */
async function planDeploy(request, server) {
    const { engine } = server;
    const facts = (0,server_facts/* serverFacts */.hk)(await engine.info(), engine.version);
    const store = release_store/* ReleaseStore */.T.ofApp(server.files, server.home, request.app);
    const trafficSwitch = await (0,switch_driver/* trafficSwitchFor */.HL)(request, server, facts, store.switchFolder);
    const [atWork] = await Promise.all([
        warnOfJobAtWork(server, request.app, store),
        (0,ownership/* checkOwner */.AA)(server, request.app),
        (0,ownership/* checkSwitchKind */.rr)(server, request, store),
        (0,prepare/* checkNetworks */.SO)(server, request.config.networks),
        request.switch.kind === 'haproxy'
            ? (0,listen_check/* checkListenAddress */.Q)(server, request.app, request.switch.listen)
            : undefined,
    ]);
    const { releases } = await store.list();
    const found = await (0,app_state/* readAppState */.p2)(engine, request.app, releases, trafficSwitch);
    const { state, steps: restoring } = (0,src_restored/* foresee */.Sh)(request.app, found, atWork);
    const color = state.liveColor ? (0,traffic_switch/* otherColor */.I)(state.liveColor) : 'blue';
    const image = await imageSteps(request, server, facts, (0,deploy_context/* releaseOf */.l7)(state));
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
function restoringSteps(wanted, { live, switchColor }) {
    if (wanted.kind !== 'haproxy' || !live || switchColor !== undefined)
        return [];
    return [
        `Start the switch again, or make a new one on ${(0,served_address/* printedAddress */.hn)(wanted.listen)}, because none runs; it leads to release ${live.releaseId} (${live.color}).`,
    ];
}
async function imageSteps(request, server, facts, live) {
    const { images } = server.engine;
    const name = (0,image_reference/* formatImageReference */.my)(request.image);
    const present = await images.inspect(name);
    if (!present && request.pullPolicy === 'never') {
        throw new image_step/* ImageError */.C8(`The server does not have the image ${request.imageText}, and "pull-policy" is never; load it first or allow the pull.`);
    }
    if (!(0,image_step/* needsPull */.l8)(request.pullPolicy, request.image, present)) {
        const mismatch = present && (0,server_facts/* platformProblem */.J4)(request.imageText, present, facts);
        if (mismatch)
            throw new image_step/* ImageError */.C8(mismatch);
        const steps = [`Use the image ${request.imageText}, which the server has.`];
        return { steps, present, digest: present && (0,image_step/* digestOf */.ol)(present, request.image) };
    }
    const [remote, last, freeBytes] = await Promise.all([
        images.distributionInspect(name, request.registryAuth ? { auth: request.registryAuth } : {}),
        live && images.inspect(live.image.id),
        (0,pull/* freeBytesOf */.jw)(server, facts.dockerRootDir),
    ]);
    const problem = (0,image_step/* diskProblem */.Nd)(freeBytes, last?.Size, facts.dockerRootDir ?? "the Engine's folder");
    if (problem)
        throw new image_step/* ImageError */.C8(problem);
    const mismatches = (remote.Platforms ?? []).map(({ os, architecture }) => (0,server_facts/* platformProblem */.J4)(request.imageText, { ...(os ? { Os: os } : {}), ...(architecture ? { Architecture: architecture } : {}) }, facts));
    // An image of several platforms fits if one of them does.
    const mismatch = mismatches.every((problem) => problem !== undefined) ? mismatches[0] : undefined;
    if (mismatch)
        throw new image_step/* ImageError */.C8(mismatch);
    const digest = remote.Descriptor?.digest;
    return { steps: [`Pull ${request.imageText} (${digest ?? 'digest unknown'}).`], present, digest };
}
async function candidateSteps(request, server, state, color, image) {
    const { health, config, preDeploy, version } = request;
    const network = (0,app_container/* slotNetworkName */.Qg)(request.app);
    // What an image that is not here yet exposes can't be known.
    const port = config.containerPort ??
        (image && request.switch.kind !== 'none'
            ? (0,image_step/* containerPort */.jq)(undefined, image, request.imageText)
            : undefined);
    const standbys = state.containers.filter((container) => container.color === color && (0,app_state/* isUp */.ie)(container));
    const kind = image || health.path !== undefined
        ? (0,health_gate/* healthKind */.H1)(health, config, image ? (0,image_step/* hasHealthcheck */.zY)(image) : false)
        : undefined;
    const by = kind ? `: ${(0,health_gate/* describeHealthKind */._Y)(kind, health, port)}` : '';
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
async function switchSteps(request, server, trafficSwitch, state, color) {
    const wanted = request.switch;
    const steps = [];
    if (wanted.kind === 'haproxy' && !(await server.engine.images.inspect(wanted.image))) {
        if (request.pullPolicy === 'never') {
            throw new image_step/* ImageError */.C8(`The server does not have the image ${wanted.image} of the switch, and "pull-policy" is never; load it first or allow the pull.`);
        }
        steps.push(`Pull ${wanted.image} for the switch.`);
    }
    if (wanted.kind !== 'none') {
        // Only what they speak counts; their addresses are not known before the network is there.
        const slot = (protocol = request.config.protocol) => ({
            host: '0.0.0.0',
            port: 1,
            protocol,
        });
        const [fresh, kept] = [slot(), slot((0,deploy_context/* releaseOf */.l7)(state)?.config.protocol)];
        const targets = color === 'blue' ? { blue: fresh, green: kept } : { blue: kept, green: fresh };
        const { change, because } = await trafficSwitch.plan(targets);
        if (change === 'created' && !(wanted.kind === 'haproxy' && state.live)) {
            const at = (0,served_address/* printedAddress */.hn)(wanted.listen);
            steps.push(wanted.kind === 'haproxy'
                ? `Create the switch on ${at} from ${wanted.image}; it serves ${color}.`
                : `Let the nginx on ${at} serve ${color}: ${because}.`);
        }
        else if (change !== 'unchanged' && change !== 'created')
            steps.push(`The switch will be ${change}: ${because}.`);
    }
    if (state.liveColor)
        steps.push(`Switch from ${state.liveColor} (release ${state.live?.releaseId ?? 'unknown'}) to ${color}.`);
    if (request.watch.durationMs > 0)
        steps.push(`Watch it for ${request.watch.durationMs / 1000} s; switch back if it turns bad.`);
    return steps;
}
function cleaningSteps(request, state) {
    const { live, releases } = state;
    const liveRelease = (0,deploy_context/* releaseOf */.l7)(state);
    // The live one becomes the standby, and an earlier standby loses its container.
    const after = releases.map((release) => {
        if (release.id === live?.releaseId)
            return (0,src_release/* withVerdict */.m3)(release, 'standby', 0);
        return release.verdict === 'standby' ? (0,src_release/* withVerdict */.m3)(release, 'retired', 0) : release;
    });
    const pattern = liveRelease ?? releases.at(-1);
    const next = pattern ? [{ ...pattern, id: '<release>', verdict: 'live', liveAt: 'now' }] : [];
    const forgotten = (0,retention/* releasesToForget */.r)([...after, ...next], request.keepReleases);
    const kept = after.filter((release) => !forgotten.includes(release));
    const drained = `Drain ${live?.name} for at most ${request.drainTimeoutMs / 1000} s; keep it as standby (${request.standby}).`;
    return [
        ...(live ? [request.order === 'stop-first' ? `Keep ${live.name} as standby (stopped).` : drained] : []),
        ...state.containers
            .filter(({ id }) => id !== live?.id)
            .map(({ name }) => `Remove the container ${name}.`),
        ...forgotten.map(({ id, image }) => `Forget release ${id} (${image.reference}), beyond the ${request.keepReleases} that are kept.`),
        ...(0,retention/* imagesToRemove */.Q)(forgotten, kept).map(({ reference }) => `Remove the image ${reference} if nothing else uses it.`),
    ];
}

// EXTERNAL MODULE: ./build/packages/release/src/prove.js + 1 modules
var prove = __webpack_require__(8209);
// EXTERNAL MODULE: ./build/packages/release/src/record-shapes.js
var record_shapes = __webpack_require__(7469);
// EXTERNAL MODULE: ./build/packages/release/src/bring-back.js + 1 modules
var bring_back = __webpack_require__(591);
// EXTERNAL MODULE: ./build/packages/release/src/read-record.js + 1 modules
var read_record = __webpack_require__(6637);
// EXTERNAL MODULE: ./build/packages/release/src/switch-in-force.js
var switch_in_force = __webpack_require__(3181);
;// CONCATENATED MODULE: ./build/packages/release/src/look-around.js











/**
 * What there is of an app on a server, for who was told only its name and maybe where to go back to. Takes no lease and
 * changes nothing.
 */
async function lookAround(server, app, to) {
    const store = release_store/* ReleaseStore */.T.ofApp(server.files, server.home, app);
    // Before the rest is read: a job that ends meanwhile leaves less to wonder at than one that begins.
    const [atWork, info] = await Promise.all([
        warnOfJobAtWork(server, app, store),
        server.engine.info(),
        (0,ownership/* checkOwner */.AA)(server, app),
    ]);
    const record = await store.list();
    const facts = (0,server_facts/* serverFacts */.hk)(info, server.engine.version);
    const settings = await (0,switch_in_force/* findSettings */.n4)(server, app, store, record.releases);
    await (0,ownership/* checkSwitchKind */.rr)(server, settings, store);
    const trafficSwitch = await (0,switch_driver/* trafficSwitchFor */.HL)(settings, server, facts, store.switchFolder);
    const fallback = settings.fallback;
    const found = await (0,read_record/* readApp */.u)(server.engine, app, store, record, trafficSwitch, fallback, Date.now());
    const foreseen = (0,src_restored/* foresee */.Sh)(app, found.state, atWork);
    const { live, switchColor, containers } = foreseen.state;
    const mended = (0,mended_verdict/* asMended */.Oc)(foreseen.state.releases, live?.releaseId, containers, Date.now());
    const state = atWork === undefined ? { ...foreseen.state, releases: mended } : foreseen.state;
    const { steps: restoring, restored } = foreseen;
    const liveRelease = (0,deploy_context/* releaseOf */.l7)(state);
    const interrupted = liveRelease && atWork === undefined
        ? (0,interrupted_job/* interruptedJob */.A)({ app, to }, record.releases, liveRelease, restored)
        : undefined;
    const isGone = settings.switch.kind === 'haproxy' && live !== undefined && switchColor === undefined;
    const warning = `No switch of ${app} runs, so nothing answers; the next deploy or rollback starts one that leads to release ${live?.releaseId}.`;
    const warnings = [...found.warnings, ...foreseen.warnings, ...(isGone ? [warning] : [])];
    const { containers: containersNow } = found.state;
    const known = { warnings, facts, settings, store, trafficSwitch };
    return { ...found, ...known, state, containersNow, restoring, interrupted };
}

// EXTERNAL MODULE: ./build/packages/release/src/rollback-choice.js
var rollback_choice = __webpack_require__(3615);
;// CONCATENATED MODULE: ./build/packages/release/src/release-list.js



/** Every release that the server remembers, newest first. Takes no lease and changes nothing. */
async function listReleases(server, app) {
    const { state, interrupted, warnings, containersNow } = await lookAround(server, app, undefined);
    const liveId = state.live?.releaseId;
    const next = interrupted ? undefined : nextOf(app, state.releases, liveId);
    const releases = await Promise.all(state.releases.toReversed().map(async (release) => {
        const { id, verdict, image, origin, createdAt, liveAt, reason } = release;
        return {
            id,
            verdict: id === liveId ? 'live' : verdict,
            isLive: id === liveId,
            isNext: id === next?.id,
            image: image.reference,
            imageDigest: image.digest,
            imageOnServer: (await (0,bring_back/* hasImage */.e_)(server.engine, image)) !== undefined,
            container: containersNow.find(({ releaseId }) => releaseId === id)?.state,
            ...origin,
            createdAt,
            liveAt,
            reason,
        };
    }));
    // What is still to be put right is among the warnings.
    if (!interrupted || interrupted.restored)
        return { releases, warnings };
    const unfinished = `${interrupted.story} release ${liveId}, from release ${interrupted.leftId}; the next deploy or rollback finishes that.`;
    return { releases, warnings: [...warnings, unfinished] };
}
function nextOf(app, releases, liveId) {
    try {
        return (0,rollback_choice/* chooseTarget */.bx)(app, releases, liveId, undefined);
    }
    catch (error) {
        if (error instanceof rollback_choice/* RollbackChoiceError */.CY)
            return undefined;
        throw error;
    }
}

// EXTERNAL MODULE: ./build/packages/release/src/retire.js
var retire = __webpack_require__(4732);
// EXTERNAL MODULE: ./build/packages/release/src/rollback.js + 1 modules
var rollback = __webpack_require__(3100);
// EXTERNAL MODULE: ./build/packages/release/src/rollback-request.js
var rollback_request = __webpack_require__(9195);
;// CONCATENATED MODULE: ./build/packages/release/src/rollback-plan.js











/**
 * Works out what a rollback would do, and changes nothing: no lease, no file, no pull.
 *
 * @throws the same errors as a rollback, for what can be known without changing anything
 */
async function planRollback(request, server) {
    const around = await lookAround(server, request.app, request.to);
    const { state, interrupted, settings, warnings, restoring } = around;
    const liveId = state.live?.releaseId;
    const live = (0,deploy_context/* releaseOf */.l7)(state);
    if (live && interrupted && state.live?.state === 'running') {
        const { leftId, story, mayBoot } = interrupted;
        const last = mayBoot
            ? `Wait until release ${live.id} answers; nothing else. ${story} it.`
            : `Finish the rollback from release ${leftId} to release ${live.id}, which was interrupted after it had moved the traffic; nothing else.`;
        const steps = [...warnings, ...restoring, last];
        return { steps, imageDigest: live.image.digest, color: live.color, previous: leftId, target: live };
    }
    const target = (0,rollback_choice/* chooseTarget */.bx)(request.app, state.releases, liveId, request.to);
    const wanted = (0,rollback_request/* asDeploy */.E_)(request, target, live, live?.switch ?? settings.switch);
    const standing = (0,bring_back/* standingContainer */.CI)(state, target);
    const [, , isThere] = await Promise.all([
        (0,prepare/* checkNetworks */.SO)(server, target.config.networks, rollback/* withoutNetwork */.DM),
        wanted.switch.kind === 'haproxy'
            ? (0,listen_check/* checkListenAddress */.Q)(server, request.app, wanted.switch.listen)
            : undefined,
        standing ? true : canHaveImage(server, request, target),
    ]);
    const color = (0,bring_back/* idleColor */.kA)(state);
    const source = standing
        ? await server.engine.containers.inspect(standing.id)
        : await server.engine.images.inspect(target.image.runnable);
    const kind = (0,health_gate/* healthKind */.H1)(wanted.health, target.config, source !== undefined && (0,image_step/* hasHealthcheck */.zY)(source));
    const by = (0,health_gate/* describeHealthKind */._Y)(kind, wanted.health, target.config.containerPort);
    const { name = '', state: standingState = '' } = standing ?? {};
    const way = {
        running: `Use ${name}, which still runs in the ${color} slot.`,
        paused: `Unpause ${name} in the ${color} slot.`,
        exited: `Start ${name} in the ${color} slot.`,
    };
    const afterwards = request.markBad
        ? `mark it bad (${(0,rollback_request/* reasonFor */.qo)(request, target)}) and keep it stopped for its logs`
        : `keep it as standby (${wanted.standby})`;
    const steps = [
        ...warnings,
        ...restoring,
        ...restoringSteps(wanted.switch, state),
        `Go back to release ${target.id} (${target.image.reference})${target.verdict === 'bad' ? ', although it is bad' : ''}.`,
        ...(isThere ? [] : [`Pull ${target.image.runnable}, which the server does not have any more.`]),
        way[standingState] ??
            `Create ${request.app}-${target.id} in the ${color} slot, from its image and configuration.`,
        ...(wanted.order === 'stop-first' && state.live?.state === 'running'
            ? [`Stop ${state.live.name}; nothing serves until release ${target.id} does.`]
            : []),
        `Wait until it is healthy: ${by}, at most ${wanted.health.startTimeoutMs / 1000} s.`,
        ...(wanted.version ? [`Require version ${wanted.version.expected} at ${wanted.version.path}.`] : []),
        ...(state.liveColor
            ? [`Switch from ${state.liveColor} (release ${liveId ?? 'unknown'}) to ${color}.`]
            : []),
        ...(wanted.watch.durationMs > 0
            ? [`Watch it for ${wanted.watch.durationMs / 1000} s; switch back if it turns bad.`]
            : []),
        ...(state.live
            ? [`Drain ${state.live.name} for at most ${wanted.drainTimeoutMs / 1000} s; ${afterwards}.`]
            : []),
        ...state.containers
            .filter(({ id }) => id !== state.live?.id && id !== standing?.id)
            .map((container) => `Remove the container ${container.name}.`),
        rollback/* schemaRemark */.cC,
        (0,rollback_choice/* adviseOthers */.gI)(state.releases, liveId, target.id),
    ];
    return { steps, imageDigest: target.image.digest, color, previous: liveId, target };
}
/**
 * Whether the server has the image; if not, its registry must.
 *
 * @throws ReleaseGoneError when it can't be had any more
 */
async function canHaveImage({ engine }, { registryAuth }, target) {
    if ((await (0,bring_back/* hasImage */.e_)(engine, target.image)) !== undefined)
        return true;
    if (target.image.digest === undefined)
        throw (0,bring_back/* imageIsGone */.z7)(target);
    try {
        await engine.images.distributionInspect(target.image.runnable, registryAuth ? { auth: registryAuth } : {});
    }
    catch (error) {
        throw (0,bring_back/* imageIsGone */.z7)(target, error);
    }
    return false;
}

// EXTERNAL MODULE: ./build/packages/release/src/timeline.js
var timeline = __webpack_require__(8920);
// EXTERNAL MODULE: ./build/packages/release/src/undo-stack.js
var undo_stack = __webpack_require__(184);
// EXTERNAL MODULE: ./build/packages/release/src/watch.js + 2 modules
var watch = __webpack_require__(6087);
;// CONCATENATED MODULE: ./build/packages/release/src/index.js

// What a whole stack shares with a single app.



































/***/ })

};
