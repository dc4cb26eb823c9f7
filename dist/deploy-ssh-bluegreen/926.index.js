export const id = 926;
export const ids = [926];
export const modules = {

/***/ 1926:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readComposeSource: () => (/* reexport */ readComposeSource)
});

// UNUSED EXPORTS: ComposeCommand, ComposeError, ComposeModelError, ComposeSourceError, UnknownServiceError, builtServices, composeFileText, countsByService, definitionChanges, detachAliases, fileReferences, findNotices, findRefusals, healthSources, isSameButForColor, isServiceName, lineOf, parseComposeDurationMs, parseResolvedProject, planServices, projectName, readOptionLabels, readServiceOption, recolored, releasedProject, runJob, serviceOptionNames, shippedServices, stackContainers, stackLabels, stackNetwork, startWaves, switchServiceOf, writeVariablesFile

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./build/packages/compose/src/compose-errors.js
var compose_errors = __webpack_require__(744);
;// CONCATENATED MODULE: ./build/packages/compose/src/checkout.js




const mostFiles = 2_000;
const mostBytes = 50 * 1024 * 1024;
const deepestFolder = 100;
/**
 * The files of the checkout, of which nothing outside is read: neither by `..` nor by symbolic links. All that is
 * read is kept, and is counted together against one bound. Sentences begin with the place that named the path.
 */
class Checkout {
    #root;
    /** As it was given, perhaps through a link; absolute paths of inputs may start with it. */
    #workspace;
    #files = new Map();
    #readByCompose = new Set();
    #bytes = 0;
    constructor(root, workspace) {
        this.#root = root;
        this.#workspace = workspace;
    }
    static async open(workspace) {
        return new Checkout(await (0,promises_.realpath)(workspace), workspace);
    }
    /** All that was read, in the order of the paths. */
    get files() {
        return [...this.#files.values()].sort((one, other) => byCodeUnits(one.path, other.path));
    }
    /** The path in the checkout of one given by an input, which may be absolute. */
    inside(given) {
        const path = (0,external_node_path_.isAbsolute)(given) ? this.#fromRoot(given) : given;
        const normal = external_node_path_.posix.normalize(path);
        if (given === '' || (0,external_node_path_.isAbsolute)(normal) || leadsOut(normal) || given.includes('\0')) {
            throw new compose_errors/* ComposeSourceError */.qy(`The path ${JSON.stringify((0,compose_errors/* shown */.SP)(given))} lies outside the checkout; name a file of the repository.`);
        }
        return normal;
    }
    #fromRoot(absolute) {
        const [path = ''] = [this.#root, this.#workspace]
            .map((root) => (0,external_node_path_.relative)(root, absolute).split(external_node_path_.sep).join('/'))
            .sort((one, other) => Number(leadsOut(one)) - Number(leadsOut(other)));
        return path;
    }
    /** A path as a file names it, from a folder of the checkout. */
    join(folder, given, at) {
        const path = external_node_path_.posix.join(folder, given);
        if (leadsOut(path))
            throw outside(at, given);
        return path;
    }
    async look(path, at) {
        const real = await this.#real(path, at);
        if (real === undefined)
            return undefined;
        const found = await (0,promises_.stat)(real);
        if (found.isDirectory())
            return 'directory';
        if (found.isFile())
            return 'file';
        throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which is neither a file nor a folder; take it out`);
    }
    /** Whether Compose reads the file as it resolves the stack; others are only seen by containers. */
    isReadByCompose(path) {
        return this.#readByCompose.has(path);
    }
    async readForCompose(path, at, longest) {
        this.#readByCompose.add(path);
        return this.read(path, at, longest);
    }
    /** A file that is there, read once. */
    async read(path, at, longest = mostBytes) {
        const known = this.#files.get(path);
        if (known !== undefined && known.content.length <= longest)
            return known;
        const real = await this.#real(path, at);
        if (real === undefined)
            throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which is not in the checkout; add it`);
        if (known === undefined && this.#files.size >= mostFiles) {
            throw (0,compose_errors/* refusal */.x5)(at, `needs more than 2,000 files of the checkout, ${(0,compose_errors/* shown */.SP)(path)} among them; name smaller folders`);
        }
        // What the name leads to may have been swapped since it was looked at: the open must neither follow nor wait.
        const flags = external_node_fs_.constants.O_RDONLY | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_NONBLOCK;
        const handle = await (0,promises_.open)(real, flags).catch((cause) => {
            throw unreadable(at, path, cause);
        });
        try {
            return await this.#take(path, handle, at, longest);
        }
        finally {
            await handle.close();
        }
    }
    async #take(path, handle, at, longest) {
        const found = await handle.stat();
        if (!found.isFile())
            throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which is not a file; name a file`);
        if (found.size > longest && longest < mostBytes) {
            throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which is larger than ${longest / 1024 / 1024} MiB; make it smaller`);
        }
        if (this.#bytes + found.size > mostBytes) {
            throw (0,compose_errors/* refusal */.x5)(at, `needs more than 50 MiB of the checkout, ${(0,compose_errors/* shown */.SP)(path)} among it; name smaller files`);
        }
        const content = Buffer.alloc(found.size);
        const { bytesRead } = await handle.read(content, 0, found.size, 0);
        if (bytesRead !== found.size)
            throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which changed while it was read; try again`);
        const file = { path, content, executable: (found.mode & 0o111) !== 0 };
        this.#files.set(path, file);
        this.#bytes += content.length;
        return file;
    }
    /**
     * Every file below a folder that is there, in the order of the paths. Empty folders are not seen, as Git does not
     * see them; neither is `.git`, because the job's token can stand in it.
     */
    async readTree(folder, at) {
        const paths = [];
        const walk = async (path, above) => {
            const real = await this.#real(path, at);
            if (real === undefined)
                throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which leads nowhere; take the link out`);
            if (above.includes(real) || above.length > deepestFolder) {
                throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(folder)}, where ${(0,compose_errors/* shown */.SP)(path)} leads round in a circle; take the link out`);
            }
            const entries = await (0,promises_.readdir)(real, { withFileTypes: true }).catch((cause) => {
                throw unreadable(at, path, cause);
            });
            for (const entry of entries) {
                if (entry.name === '.git')
                    continue;
                const inner = external_node_path_.posix.join(path, entry.name);
                const kind = entry.isDirectory() ? 'directory' : entry.isFile() ? 'file' : await this.look(inner, at);
                if (kind === 'directory')
                    await walk(inner, [...above, real]);
                else if (kind === 'file')
                    paths.push(inner);
                else
                    throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(folder)}, where ${(0,compose_errors/* shown */.SP)(inner)} leads nowhere; take the link out`);
                if (paths.length > mostFiles) {
                    throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(folder)}, which holds more than 2,000 files; name a smaller folder`);
                }
            }
        };
        await walk(folder, []);
        const files = [];
        for (const path of paths.sort(byCodeUnits))
            files.push(await this.read(path, at));
        return files;
    }
    /** Where a path leads when its links are followed. */
    async #real(path, at) {
        if (path.includes('\0'))
            throw (0,compose_errors/* refusal */.x5)(at, 'names a path with a NUL in it; take it out');
        let real;
        try {
            real = await (0,promises_.realpath)((0,external_node_path_.join)(this.#root, path));
        }
        catch (cause) {
            const { code } = cause;
            if (code === 'ENOENT' || code === 'ENOTDIR')
                return undefined;
            throw unreadable(at, path, cause);
        }
        const inRoot = (0,external_node_path_.relative)(this.#root, real).split(external_node_path_.sep).join('/');
        if ((0,external_node_path_.isAbsolute)(inRoot) || leadsOut(inRoot)) {
            throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, a link that leads out of the checkout; put the file itself there`);
        }
        if (inRoot.split('/').includes('.git')) {
            throw (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which is Git's own and can hold the job's token; take it out`);
        }
        return real;
    }
}
function byCodeUnits(one, other) {
    return one < other ? -1 : one > other ? 1 : 0;
}
function leadsOut(path) {
    return path === '..' || path.startsWith('../');
}
function unreadable(at, path, cause) {
    const { code } = cause;
    return (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(path)}, which cannot be read (${code}); correct it or take it out`, {
        cause,
    });
}
function outside(at, given) {
    return (0,compose_errors/* refusal */.x5)(at, `names ${(0,compose_errors/* shown */.SP)(given)}, which lies outside the checkout; move it into the repository, or write its absolute path on the server`);
}

// EXTERNAL MODULE: ./build/packages/compose/src/compose-tree.js + 3 modules
var compose_tree = __webpack_require__(9983);
// EXTERNAL MODULE: ./build/packages/compose/src/located-value.js
var located_value = __webpack_require__(236);
// EXTERNAL MODULE: ./build/packages/compose/src/path-owner.js
var path_owner = __webpack_require__(2597);
;// CONCATENATED MODULE: ./build/packages/compose/src/service-layers.js

/**
 * What all layers say under a key, the one that wins first. Layers below a `!reset` or an `!override` say nothing any
 * more.
 */
function valuesUnder(layers, key) {
    const values = [];
    for (const layer of [...layers].reverse()) {
        const entry = layer.value.entries.get(key);
        if (entry !== undefined) {
            if (entry.value.tag === 'reset')
                break;
            if (!(0,located_value/* isNothing */.qv)(entry.value))
                values.push({ at: entry.at, value: entry.value, layer });
            if (entry.value.tag === 'override')
                break;
        }
        if (layer.value.tag !== undefined)
            break;
    }
    return values;
}

;// CONCATENATED MODULE: ./build/packages/compose/src/named-paths.js





/**
 * Every relative path that is read when the stack is resolved or started, of all services whatever their profile.
 * `build` and `develop` are left out: nothing is built on a server.
 */
function* relativePaths(tree, join) {
    for (const [owner, layers] of tree.services) {
        for (const key of ['env_file', 'label_file']) {
            for (const { value, layer } of valuesUnder(layers, key)) {
                for (const item of (0,located_value/* itemsOf */.S3)(value)) {
                    const written = item.kind === 'map' ? ((0,located_value/* entryOf */.Ms)(item, 'path')?.value ?? item) : item;
                    const text = (0,compose_tree/* writtenPath */.dR)(written, layer.lookup);
                    if ((0,path_owner/* isElsewhere */.l)(text))
                        continue;
                    const required = (0,located_value/* textOf */.b6)((0,located_value/* entryOf */.Ms)(item, 'required')?.value)?.toLowerCase() !== 'false';
                    yield { use: 'env_file', owner, required, path: join(layer.folder, text, item.at), at: item.at };
                }
            }
        }
        for (const { text, at, layer } of bindSources(valuesUnder(layers, 'volumes'))) {
            if ((0,path_owner/* isElsewhere */.l)(text))
                continue;
            yield { use: 'bind', owner, required: true, path: join(layer.folder, text, at), at };
        }
        for (const { value, layer } of valuesUnder(layers, 'security_opt')) {
            for (const item of (0,located_value/* itemsOf */.S3)(value)) {
                const option = (0,compose_tree/* interpolated */.cd)((0,located_value/* textOf */.b6)(item) ?? '', item.at, layer.lookup);
                const text = /^seccomp[:=](.+)$/.exec(option)?.[1];
                if (text === undefined || ['unconfined', 'builtin'].includes(text) || (0,path_owner/* isElsewhere */.l)(text))
                    continue;
                // Compose starts from the project's folder, wherever the option stands.
                yield {
                    use: 'security_opt',
                    owner,
                    required: true,
                    path: join(tree.folder, text, item.at),
                    at: item.at,
                };
            }
        }
    }
    for (const { root, folder, lookup } of tree.documents) {
        for (const [section, use] of [
            ['secrets', 'secret'],
            ['configs', 'config'],
        ]) {
            for (const [owner, entry] of (0,located_value/* entriesOf */.Mc)(root.entries.get(section)?.value, section)) {
                const file = (0,located_value/* entryOf */.Ms)(entry.value, 'file');
                if (file === undefined || (0,located_value/* textOf */.b6)(file.value) === undefined)
                    continue;
                const text = (0,compose_tree/* writtenPath */.dR)(file.value, lookup);
                if ((0,path_owner/* isElsewhere */.l)(text))
                    continue;
                yield { use, owner, required: true, path: join(folder, text, file.at), at: file.at };
            }
        }
    }
}
/** The folders and files of the host that a service mounts; of several for one target the one that wins. */
function* bindSources(values) {
    const targets = new Set();
    for (const { value, layer } of values) {
        for (const item of (0,located_value/* itemsOf */.S3)(value)) {
            const mount = item.kind === 'map' ? longMount(item, layer.lookup) : shortMount(item, layer.lookup);
            if (mount === undefined || targets.has(mount.target))
                continue;
            targets.add(mount.target);
            if (mount.source !== undefined)
                yield { text: mount.source, at: item.at, layer };
        }
    }
}
function longMount(item, lookup) {
    const read = (key) => {
        const value = (0,located_value/* entryOf */.Ms)(item, key)?.value;
        const text = (0,located_value/* textOf */.b6)(value);
        return text === undefined || value === undefined ? undefined : (0,compose_tree/* interpolated */.cd)(text, value.at, lookup);
    };
    const source = read('source');
    return {
        target: read('target') ?? '',
        source: read('type') === 'bind' && source !== '' ? source : undefined,
    };
}
/** `source:target[:options]` or a target alone. A source that starts with a dot is a path, not a volume's name. */
function shortMount(item, lookup) {
    const written = (0,located_value/* textOf */.b6)(item);
    if (written === undefined)
        throw (0,compose_errors/* refusal */.x5)(item.at, 'has a volume that is no text; write source:target');
    const text = (0,compose_tree/* interpolated */.cd)(written, item.at, lookup);
    const [, source, target] = /^((?:[A-Za-z]:[\\/])?[^:]*):([^:]*)/.exec(text) ?? [];
    if (source === undefined || target === undefined)
        return { source: undefined, target: text };
    if (target === '')
        throw (0,compose_errors/* refusal */.x5)(item.at, `mounts ${(0,compose_errors/* shown */.SP)(written)} nowhere; write source:target`);
    return { source: /^[.~/\\]/.test(source) || /^[A-Za-z]:/.test(source) ? source : undefined, target };
}

;// CONCATENATED MODULE: ./build/packages/compose/src/source-files.js






/**
 * Reads the user's Compose files from the checkout and follows what they name there.
 *
 * @throws ComposeSourceError one sentence with file and line
 */
async function readComposeSource(request) {
    const checkout = await Checkout.open(request.workspace);
    const composeFiles = await givenFiles(checkout, request.composeFiles, 'Compose file');
    const [first] = composeFiles;
    if (first === undefined)
        throw new compose_errors/* ComposeSourceError */.qy('No Compose file is given; name one of the repository.');
    const folder = external_node_path_.posix.dirname(first.path);
    const envFiles = await givenFiles(checkout, request.envFiles, 'env file');
    if (request.envFiles.length === 0) {
        const beside = { path: external_node_path_.posix.join(folder, '.env'), at: { file: external_node_path_.posix.join(folder, '.env'), line: 1 } };
        if ((await checkout.look(beside.path, beside.at)) === 'file')
            envFiles.push(beside);
    }
    const lookup = await (0,compose_tree/* readEnvironment */.Qo)(checkout, envFiles, (name) => request.variables?.get(name));
    const tree = await new compose_tree/* ComposeTreeReader */.MN(checkout).read({ files: composeFiles, folder, lookup });
    const local = (path) => external_node_path_.posix.relative(folder, path) || '.';
    const mounted = new Map();
    const absent = [];
    const join = (from, text, at) => checkout.join(from, text, at);
    for (const named of relativePaths(tree, join)) {
        const found = await checkout.look(named.path, named.at);
        if (found === undefined)
            absent.push(missing(named, local));
        else if (named.use === 'env_file')
            await checkout.readForCompose(named.path, named.at);
        else if (!mounted.has(named.path)) {
            const files = found === 'file'
                ? [await checkout.read(named.path, named.at)]
                : await checkout.readTree(named.path, named.at);
            mounted.set(named.path, {
                path: local(named.path),
                kind: found,
                sha256: digest(found, named.path, files),
                files: files.map(({ path }) => local(path)),
            });
        }
    }
    return {
        projectDirectory: folder,
        files: checkout.files.map((file) => ({
            ...file,
            path: local(file.path),
            isReadByCompose: checkout.isReadByCompose(file.path),
        })),
        composeFiles: composeFiles.map(({ path }) => local(path)),
        envFiles: envFiles.map(({ path }) => local(path)),
        mounted: [...mounted.values()].sort((one, other) => byCodeUnits(one.path, other.path)),
        absent,
        tree,
    };
}
async function givenFiles(checkout, given, what) {
    const named = [];
    for (const one of given) {
        const path = checkout.inside(one);
        const at = { file: path, line: 1 };
        const found = await checkout.look(path, at);
        if (found === undefined) {
            throw new compose_errors/* ComposeSourceError */.qy(`The ${what} ${(0,compose_errors/* shown */.SP)(path)} is not in the checkout; correct its path, or check the repository out before this step.`);
        }
        if (found === 'directory') {
            throw new compose_errors/* ComposeSourceError */.qy(`The ${what} ${(0,compose_errors/* shown */.SP)(path)} is a folder; name the file in it.`);
        }
        named.push({ path, at });
    }
    return named;
}
function missing(named, local) {
    const { use, owner, required, at } = named;
    return { use, service: owner, path: local(named.path), required, ...at };
}
function digest(kind, path, files) {
    const [only] = files;
    if (kind === 'file' && only !== undefined && !only.executable)
        return sha256(only.content);
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const file of files) {
        const mode = file.executable ? 'executable' : 'plain';
        hash.update(`${mode} ${sha256(file.content)} ${external_node_path_.posix.relative(path, file.path)}\0`);
    }
    return hash.digest('hex');
}
function sha256(content) {
    return (0,external_node_crypto_.createHash)('sha256').update(content).digest('hex');
}

;// CONCATENATED MODULE: ./build/packages/compose/src/index.js




























/***/ })

};
