export const id = 196;
export const ids = [196];
export const modules = {

/***/ 744:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   SP: () => (/* binding */ shown),
/* harmony export */   qy: () => (/* binding */ ComposeSourceError),
/* harmony export */   x5: () => (/* binding */ refusal)
/* harmony export */ });
/* unused harmony export atPlace */
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7707);


/** The user's Compose files, or what they name, cannot be taken as they are. */
class ComposeSourceError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'ComposeSourceError';
}
function refusal(at, what, options) {
    return new ComposeSourceError(`${atPlace(at)} ${what}.`, options);
}
function atPlace({ file, line }) {
    return `${shown(file)}:${line}`;
}
/** A path or a name of the user's in a sentence: one line, without control characters, not endless. */
function shown(text) {
    return (0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' '), 120);
}


/***/ }),

/***/ 2196:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readComposeSource: () => (/* reexport */ readComposeSource)
});

// UNUSED EXPORTS: ComposeCommand, ComposeError, ComposeModelError, ComposeSourceError, UnknownServiceError, builtServices, composeFileText, countsByService, definitionChanges, detachAliases, fileReferences, findNotices, findRefusals, healthSources, isSameButForColor, isServiceName, lineOf, parseComposeDurationMs, parseResolvedProject, planServices, readOptionLabels, readServiceOption, recolored, releasedProject, runJob, serviceOptionNames, shippedServices, stackContainers, stackLabels, stackNetwork, startWaves, switchServiceOf, writeVariablesFile

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

;// CONCATENATED MODULE: ./build/packages/compose/src/interpolation.js
/** Why a text cannot be interpolated: the rest of a sentence about it, without a value. */
class InterpolationProblem extends Error {
    name = 'InterpolationProblem';
}
const nameAtStart = /^[A-Za-z_][A-Za-z0-9_]*/;
const deepest = 20;
/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?why}`, `${NAME?why}`, `${NAME:+value}`,
 * `${NAME+value}` and `$$`, nested ones too, as Compose does (docs.docker.com/reference/compose-file/interpolation).
 *
 * @throws InterpolationProblem for a required variable that is not set and for a `$` that begins none of these
 */
function interpolate(text, lookup, depth = 0) {
    if (depth > deepest)
        throw new InterpolationProblem('nests more than 20 variables in each other');
    let result = '';
    let position = 0;
    while (true) {
        const dollar = text.indexOf('$', position);
        if (dollar < 0)
            return result + text.slice(position);
        result += text.slice(position, dollar);
        const next = text.charAt(dollar + 1);
        if (next === '$') {
            result += '$';
            position = dollar + 2;
        }
        else if (next === '{') {
            const end = closingBrace(text, dollar + 1);
            if (end < 0)
                throw new InterpolationProblem('opens a variable with { that no } closes');
            result += braced(text.slice(dollar + 2, end), lookup, depth);
            position = end + 1;
        }
        else {
            // No more is looked at than the longest name could have, so that hostile text costs nothing.
            const name = nameAtStart.exec(text.slice(dollar + 1, dollar + 1 + 1_000))?.[0];
            if (name === undefined)
                throw new InterpolationProblem('has a $ that begins no variable; write $$ for it');
            result += lookup(name) ?? '';
            position = dollar + 1 + name.length;
        }
    }
}
function closingBrace(text, open) {
    let depth = 0;
    for (let at = open; at < text.length; at += 1) {
        if (text[at] === '}') {
            depth -= 1;
            if (depth === 0)
                return at;
        }
        else if (at === open || (text[at] === '{' && text[at - 1] === '$'))
            depth += 1;
    }
    return -1;
}
function braced(inside, lookup, depth) {
    const name = nameAtStart.exec(inside)?.[0];
    const [, operator, rest = ''] = /^(:?[-?+]|$)(.*)$/s.exec(inside.slice(name?.length ?? 0)) ?? [];
    if (name === undefined || operator === undefined) {
        throw new InterpolationProblem('has braces after a $ that hold no variable; write $$ for a $');
    }
    const value = lookup(name);
    const isThere = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined;
    if (operator.endsWith('+'))
        return isThere ? interpolate(rest, lookup, depth + 1) : '';
    if (isThere || operator === '')
        return value ?? '';
    if (operator.endsWith('-'))
        return interpolate(rest, lookup, depth + 1);
    throw new InterpolationProblem(`needs the variable ${name}, which is not set`);
}

;// CONCATENATED MODULE: ./build/packages/compose/src/env-file.js


/** As Compose's parser counts it: white space that ends no line. */
const spaces = /[\t\v\f\r \u0085\u00a0]*/y;
const blanks = /[\s\u0085]*/y;
const exported = /export\s+/y;
const namePart = /[\p{L}\p{N}_.[\]\t\v\f\r \u0085\u00a0-]*/uy;
const escapes = /\\(?:[abcfnrtv$"\\]|0\d{0,3})/g;
const escaped = {
    '\\a': '\u0007',
    '\\b': '\b',
    '\\f': '\f',
    '\\n': '\n',
    '\\r': '\r',
    '\\t': '\t',
    '\\v': '\v',
    '\\"': '"',
    '\\\\': '\\',
    // Left for the interpolation that follows.
    '\\$': '$$',
};
/**
 * Reads an env file as Compose does (its rules are those of compose-go's dotenv package): values may use the
 * variables before them, and `environment` goes before the file.
 *
 * @throws ComposeSourceError with the line and never with a value
 */
function parseEnvFile(content, file, environment) {
    const values = new Map();
    const lookup = (name) => environment(name) ?? values.get(name);
    const text = content.startsWith('\uFEFF') ? content.slice(1) : content;
    const lineAt = lineCounter(text, file);
    let position = 0;
    const skip = (pattern) => {
        pattern.lastIndex = position;
        const found = pattern.exec(text)?.[0] ?? '';
        position += found.length;
        return found;
    };
    while (true) {
        skip(blanks);
        if (position >= text.length)
            return values;
        if (text[position] === '#') {
            position = endOfLine(text, position);
            continue;
        }
        const at = lineAt(position);
        skip(exported);
        const name = skip(namePart).trim();
        const sign = text[position];
        if (sign !== undefined && !'=:\n'.includes(sign)) {
            throw (0,compose_errors/* refusal */.x5)(at, 'does not start with a name and =; write KEY=value');
        }
        if (/\s/.test(name))
            throw (0,compose_errors/* refusal */.x5)(at, 'has a name with a space in it; write KEY=value');
        position += 1;
        if (sign === undefined || sign === '\n') {
            // A name alone takes its value from the environment.
            const inherited = environment(name);
            if (inherited !== undefined)
                values.set(name, inherited);
            continue;
        }
        skip(spaces);
        const quote = text[position];
        if (quote === "'" || quote === '"') {
            const end = closingQuote(text, position, quote);
            if (end < 0)
                throw (0,compose_errors/* refusal */.x5)(at, `has a ${quote} that is never closed; close it`);
            const inside = text
                .slice(position + 1, end)
                .replaceAll(quote === '"' ? /\\(["\\])/g : /\\(['\\])/g, (pair, of) => (of === '\\' ? pair : of));
            values.set(name, quote === '"' ? expanded(withEscapes(inside), lookup, at) : inside);
            position = end + 1;
        }
        else {
            const end = endOfLine(text, position);
            const [value = ''] = text.slice(position, end).split(' #', 1);
            values.set(name, expanded(value.trimEnd(), lookup, at));
            position = end;
        }
    }
}
function closingQuote(text, open, quote) {
    for (let at = open + 1; at < text.length; at += 1) {
        if (text[at] === '\\')
            at += 1;
        else if (text[at] === quote)
            return at;
    }
    return -1;
}
function withEscapes(text) {
    return text.replaceAll(escapes, (sequence) => {
        const known = escaped[sequence];
        if (known !== undefined)
            return known;
        const digits = /^\\0(\d{3})$/.exec(sequence)?.[1];
        const code = digits === undefined ? Number.NaN : /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
        return code <= 0xff ? String.fromCodePoint(code) : sequence;
    });
}
function expanded(value, lookup, at) {
    try {
        return interpolate(value, lookup);
    }
    catch (cause) {
        if (!(cause instanceof InterpolationProblem))
            throw cause;
        throw (0,compose_errors/* refusal */.x5)(at, `${cause.message}`, { cause });
    }
}
function endOfLine(text, from) {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end;
}
/** Positions are asked for in rising order, so the text is walked once. */
function lineCounter(text, file) {
    let line = 1;
    let counted = 0;
    return (position) => {
        for (; counted < position; counted += 1)
            if (text[counted] === '\n')
                line += 1;
        return { file, line };
    };
}

// EXTERNAL MODULE: ./build/packages/compose/src/located-value.js
var located_value = __webpack_require__(236);
;// CONCATENATED MODULE: ./build/packages/compose/src/located-yaml.js

/** As many values as a large stack could have with all of its aliases written out; an alias bomb has billions. */
const mostAliased = 500_000;
const mostAliases = 20_000;
/**
 * Reads a file's YAML documents as Compose does: YAML 1.2 and so JSON, with merge keys, `!reset` and `!override`.
 * Empty documents are left out.
 *
 * The library's own conversion is not used: it knows no lines, and its limit on aliases does not hold for merge keys.
 *
 * @throws ComposeSourceError for what is no YAML, names a key twice, or grows without bounds
 */
async function readYaml(text, file) {
    // Only releases of Compose stacks need it, and it takes time to load.
    const yaml = await __webpack_require__.e(/* import() */ 815).then(__webpack_require__.t.bind(__webpack_require__, 8815, 19));
    const lines = new yaml.LineCounter();
    try {
        const documents = yaml.parseAllDocuments(text, {
            lineCounter: lines,
            prettyErrors: false,
            // The library compares every key with every other; the conversion looks for them at no cost.
            uniqueKeys: false,
            keepSourceTokens: false,
        });
        const values = [];
        for (const document of documents) {
            const error = document.errors[0];
            if (error !== undefined) {
                const at = { file, line: lines.linePos(error.pos[0]).line };
                if (error.message.includes('call stack'))
                    throw (0,compose_errors/* refusal */.x5)(at, 'is nested too deeply; write it flatter');
                throw (0,compose_errors/* refusal */.x5)(at, `is not YAML: ${sentencePart(error.message)}; correct it`, { cause: error });
            }
            const convert = new Conversion(yaml, file, (offset) => lines.linePos(offset).line);
            if (document.contents !== null)
                values.push(convert.value(document.contents));
        }
        return values;
    }
    catch (cause) {
        if (!(cause instanceof RangeError))
            throw cause;
        throw new compose_errors/* ComposeSourceError */.qy(`${(0,compose_errors/* shown */.SP)(file)} is nested too deeply; write it flatter.`, { cause });
    }
}
class Conversion {
    #yaml;
    #file;
    #lineAt;
    /** The nodes by anchor as they are met: an alias means the latest of its name. */
    #anchors = new Map();
    #done = new Map();
    #aliases = 0;
    #aliased = 0;
    constructor(yaml, file, lineAt) {
        this.#yaml = yaml;
        this.#file = file;
        this.#lineAt = lineAt;
    }
    value(node) {
        return this.#convert(node).value;
    }
    /** Each node once: however often aliases lead to it, its value is shared; only its size is counted every time. */
    #convert(node) {
        if (this.#yaml.isAlias(node))
            return this.#resolve(node);
        if ('anchor' in node && typeof node.anchor === 'string')
            this.#anchors.set(node.anchor, node);
        const converted = this.#convertNode(node);
        this.#done.set(node, converted);
        return converted;
    }
    #resolve(alias) {
        const at = this.#place(alias);
        this.#aliases += 1;
        if (this.#aliases > mostAliases)
            throw (0,compose_errors/* refusal */.x5)(at, 'has more than 20,000 aliases (*name); use fewer');
        const anchored = this.#anchors.get(alias.source);
        if (anchored === undefined) {
            throw (0,compose_errors/* refusal */.x5)(at, `uses *${(0,compose_errors/* shown */.SP)(alias.source)}, which no &${(0,compose_errors/* shown */.SP)(alias.source)} before it defines`);
        }
        const converted = this.#done.get(anchored);
        if (converted === undefined) {
            throw (0,compose_errors/* refusal */.x5)(at, `uses *${(0,compose_errors/* shown */.SP)(alias.source)} inside of &${(0,compose_errors/* shown */.SP)(alias.source)} itself; take it out`);
        }
        this.#aliased += converted.size;
        if (this.#aliased > mostAliased) {
            throw (0,compose_errors/* refusal */.x5)(at, 'grows beyond 500,000 values by its aliases (*name); use fewer of them');
        }
        return converted;
    }
    #convertNode(node) {
        const at = this.#place(node);
        const tag = node.tag === '!reset' ? 'reset' : node.tag === '!override' ? 'override' : undefined;
        if (this.#yaml.isMap(node))
            return this.#convertMap(node, at, tag);
        if (this.#yaml.isSeq(node)) {
            const items = [];
            let size = 1;
            for (const item of node.items) {
                const converted = this.#convert(item);
                items.push(converted.value);
                size += converted.size;
            }
            return { value: { kind: 'list', at, tag, items }, size };
        }
        return { value: { kind: 'scalar', at, tag, value: this.#textOf(node) }, size: 1 };
    }
    /** A number stays as it is written: `1.10` is a version or a path and not `1.1`. */
    #textOf(node) {
        if (!this.#yaml.isScalar(node) || node.value === null || node.value === undefined)
            return null;
        // Behind a tag of Compose's own, the library takes everything for text.
        if (node.type === 'PLAIN' && /^(?:null|Null|NULL|~|)$/.test(node.source ?? ''))
            return null;
        return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
    }
    #convertMap(node, at, tag) {
        const own = new Map();
        const merged = new Map();
        let size = 1;
        for (const pair of node.items) {
            const key = pair.key;
            const keyAt = this.#place(key, at);
            const name = this.#convertKey(key, keyAt);
            const converted = pair.value === null
                ? { value: { kind: 'scalar', at: keyAt, tag: undefined, value: null }, size: 1 }
                : this.#convert(pair.value);
            size += converted.size;
            if (name === '<<') {
                const sources = converted.value.kind === 'list' ? converted.value.items : [converted.value];
                for (const source of sources) {
                    if (source.kind !== 'map')
                        throw (0,compose_errors/* refusal */.x5)(keyAt, 'merges (<<) something that is no mapping');
                    for (const [inner, entry] of source.entries)
                        if (!merged.has(inner))
                            merged.set(inner, entry);
                }
            }
            else if (own.has(name)) {
                throw (0,compose_errors/* refusal */.x5)(keyAt, `sets ${(0,compose_errors/* shown */.SP)(name)} again, which line ${own.get(name)?.at.line} already sets; remove one of them`);
            }
            else {
                own.set(name, { at: keyAt, value: converted.value });
            }
        }
        return { value: { kind: 'map', at, tag, entries: new Map([...merged, ...own]) }, size };
    }
    #convertKey(key, at) {
        const converted = key === null ? undefined : this.#convert(key).value;
        if (converted?.kind === 'scalar')
            return String(converted.value);
        throw (0,compose_errors/* refusal */.x5)(at, 'has a key that is a list or a mapping; a key is a name');
    }
    #place(node, otherwise) {
        const offset = node?.range?.[0];
        if (offset === undefined)
            return otherwise ?? { file: this.#file, line: 1 };
        return { file: this.#file, line: this.#lineAt(offset) };
    }
}
function sentencePart(message) {
    return (0,compose_errors/* shown */.SP)(message.replace(/\.?\s*$/, ''));
}

;// CONCATENATED MODULE: ./build/packages/compose/src/path-owner.js
/** Paths that Compose takes on the server, whatever the checkout holds: absolute ones and those of its user's home. */
function isElsewhere(path) {
    return /^(?:[/~]|[A-Za-z]:[\\/]|\\\\)/.test(path);
}
/** What Compose fetches itself, for `include` and `extends`. */
function isRemote(path) {
    return /^(?:(?:oci|git|ssh|https?):\/\/|git@|github\.com\/)/.test(path);
}

;// CONCATENATED MODULE: ./build/packages/compose/src/compose-tree.js







const longestFile = 1024 * 1024;
const compose_tree_deepest = 20;
/** Includes that include each other many times over would otherwise grow without end. */
const mostIncludes = 500;
const mostExtends = 20_000;
class ComposeTreeReader {
    #checkout;
    #parsed = new Map();
    #documents = [];
    #services = new Map();
    #includes = 0;
    #extends = 0;
    constructor(checkout) {
        this.#checkout = checkout;
    }
    async read(unit) {
        await this.#readUnit(unit, []);
        return { folder: unit.folder, documents: this.#documents, services: this.#services };
    }
    async #readUnit(unit, above) {
        const documents = [];
        for (const { path, at } of unit.files) {
            const siblings = await this.#parse(path, at);
            for (const root of siblings)
                documents.push({ root, siblings, folder: unit.folder, lookup: unit.lookup });
        }
        // Compose merges what is included below what the file itself says.
        for (const { root } of documents) {
            for (const item of (0,located_value/* itemsOf */.S3)(root.entries.get('include')?.value))
                await this.#include(item, unit, above);
        }
        for (const document of documents) {
            this.#documents.push(document);
            for (const [name, entry] of (0,located_value/* entriesOf */.Mc)(document.root.entries.get('services')?.value, 'services')) {
                const from = { siblings: document.siblings, folder: document.folder, lookup: document.lookup };
                const layers = await this.#layersOf(name, entry.value, from, []);
                if (layers.at(-1)?.value.tag !== undefined)
                    this.#services.delete(name);
                this.#services.set(name, [...(this.#services.get(name) ?? []), ...layers]);
            }
        }
    }
    async #include(item, includer, above) {
        const { at } = item;
        const written = item.kind === 'map' ? (0,located_value/* itemsOf */.S3)((0,located_value/* entryOf */.Ms)(item, 'path')?.value) : [item];
        const paths = written.map((value) => writtenPath(value, includer.lookup));
        const [first] = paths;
        if (first === undefined)
            throw (0,compose_errors/* refusal */.x5)(at, 'includes nothing; name a file as its path');
        // What is on the server or elsewhere, only the server's Compose can read.
        if (paths.some((path) => isElsewhere(path) || isRemote(path)))
            return;
        const files = written.map((value, index) => ({
            path: this.#checkout.join(includer.folder, paths[index] ?? '', value.at),
            at: value.at,
        }));
        const main = files[0]?.path ?? '';
        if (above.includes(main) || includer.files.some(({ path }) => path === main)) {
            throw (0,compose_errors/* refusal */.x5)(at, `includes ${(0,compose_errors/* shown */.SP)(first)}, which includes this file in turn; take one of them out`);
        }
        this.#includes += 1;
        if (above.length >= compose_tree_deepest || this.#includes > mostIncludes) {
            throw (0,compose_errors/* refusal */.x5)(at, 'is the include that makes more than 20 in each other or 500 in all; include less');
        }
        const chosen = (0,located_value/* entryOf */.Ms)(item, 'project_directory');
        const folderText = chosen === undefined ? undefined : writtenPath(chosen.value, includer.lookup);
        if (folderText !== undefined && isElsewhere(folderText)) {
            throw (0,compose_errors/* refusal */.x5)(at, 'has a project_directory that is not in the checkout; write a relative path');
        }
        const folder = folderText === undefined || chosen === undefined
            ? external_node_path_.posix.dirname(main)
            : external_node_path_.posix.normalize(this.#checkout.join(includer.folder, folderText, chosen.value.at));
        const envFiles = await this.#includedEnvFiles(item, includer, folder);
        const lookup = await readEnvironment(this.#checkout, envFiles, includer.lookup);
        await this.#readUnit({ files, folder, lookup }, [...above, ...includer.files.map(({ path }) => path)]);
    }
    async #includedEnvFiles(item, includer, folder) {
        const written = (0,located_value/* itemsOf */.S3)((0,located_value/* entryOf */.Ms)(item, 'env_file')?.value);
        if (written.length === 0) {
            const path = external_node_path_.posix.join(folder, '.env');
            return (await this.#checkout.look(path, item.at)) === 'file' ? [{ path, at: item.at }] : [];
        }
        return written
            .map((value) => ({ at: value.at, text: writtenPath(value, includer.lookup) }))
            .filter(({ text }) => !isElsewhere(text))
            .map(({ at, text }) => ({ at, path: this.#checkout.join(includer.folder, text, at) }));
    }
    /** The layers of one definition of a service: those it extends, and then itself. */
    async #layersOf(name, value, from, above) {
        if (value.kind !== 'map') {
            if (value.kind === 'scalar' && (value.value === null || value.tag !== undefined)) {
                const empty = { kind: 'map', at: value.at, tag: value.tag, entries: new Map() };
                return [{ value: empty, folder: from.folder, lookup: from.lookup }];
            }
            throw (0,compose_errors/* refusal */.x5)(value.at, `has no mapping as the service ${(0,compose_errors/* shown */.SP)(name)}; write its keys below it`);
        }
        const own = { value, folder: from.folder, lookup: from.lookup };
        const extended = value.entries.get('extends');
        if (extended === undefined)
            return [own];
        const here = { name, siblings: from.siblings };
        if (above.some((one) => one.name === name && one.siblings === from.siblings)) {
            throw (0,compose_errors/* refusal */.x5)(extended.at, `makes ${(0,compose_errors/* shown */.SP)(name)} extend itself by way of others; take one extends out`);
        }
        this.#extends += 1;
        if (above.length >= compose_tree_deepest || this.#extends > mostExtends) {
            throw (0,compose_errors/* refusal */.x5)(extended.at, 'is the extends that makes more than 20 in each other or 20,000 in all; extend less');
        }
        const baseName = (0,located_value/* textOf */.b6)(extended.value) ?? (0,located_value/* textOf */.b6)((0,located_value/* entryOf */.Ms)(extended.value, 'service')?.value);
        if (baseName === undefined)
            throw (0,compose_errors/* refusal */.x5)(extended.at, 'extends no service; name one as service');
        const base = interpolated(baseName, extended.at, from.lookup);
        const file = (0,located_value/* entryOf */.Ms)(extended.value, 'file');
        let { siblings, folder } = from;
        if (file !== undefined) {
            const text = writtenPath(file.value, from.lookup);
            if (isElsewhere(text) || isRemote(text))
                return [own];
            const path = this.#checkout.join(from.folder, text, file.at);
            siblings = await this.#parse(path, file.at);
            folder = external_node_path_.posix.dirname(path);
        }
        const layers = [];
        for (const root of siblings) {
            const entry = (0,located_value/* entryOf */.Ms)(root.entries.get('services')?.value, base);
            if (entry === undefined)
                continue;
            layers.push(...(await this.#layersOf(base, entry.value, { ...from, siblings, folder }, [...above, here])));
        }
        if (layers.length === 0) {
            const where = file === undefined ? 'this file' : (0,compose_errors/* shown */.SP)((0,located_value/* textOf */.b6)(file.value) ?? '');
            throw (0,compose_errors/* refusal */.x5)(extended.at, `extends ${(0,compose_errors/* shown */.SP)(base)}, which ${where} does not define; correct the name`);
        }
        return [...layers, own];
    }
    async #parse(path, at) {
        const known = this.#parsed.get(path);
        if (known !== undefined)
            return known;
        const { content } = await this.#checkout.readForCompose(path, at, longestFile);
        const values = await readYaml(decoded(content, path), path);
        const roots = values.map((value) => {
            if (value.kind === 'map')
                return value;
            throw (0,compose_errors/* refusal */.x5)(value.at, 'is no Compose file: it holds no mapping; write services: and what follows');
        });
        this.#parsed.set(path, roots);
        return roots;
    }
}
/** The variables of env files, of which later ones win; what is set around them goes before them all. */
async function readEnvironment(checkout, envFiles, around) {
    const values = new Map();
    for (const { path, at } of envFiles) {
        const { content } = await checkout.readForCompose(path, at, longestFile);
        const read = parseEnvFile(decoded(content, path), path, (name) => around(name) ?? values.get(name));
        for (const [name, value] of read)
            values.set(name, value);
    }
    return (name) => around(name) ?? values.get(name);
}
/** A path as Compose takes it from a file, its variables replaced. */
function writtenPath(value, lookup) {
    const text = (0,located_value/* textOf */.b6)(value);
    if (text === undefined || text === '')
        throw (0,compose_errors/* refusal */.x5)(value.at, 'has something else where a path belongs; write a path');
    return interpolated(text, value.at, lookup);
}
function interpolated(text, at, lookup) {
    try {
        return interpolate(text, lookup);
    }
    catch (cause) {
        if (!(cause instanceof InterpolationProblem))
            throw cause;
        throw (0,compose_errors/* refusal */.x5)(at, `${cause.message}, in ${(0,compose_errors/* shown */.SP)(text)}`, { cause });
    }
}
function decoded(content, path) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(content);
    }
    catch (cause) {
        throw (0,compose_errors/* refusal */.x5)({ file: path, line: 1 }, 'is not UTF-8 text; save it as UTF-8', { cause });
    }
}

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
                    const text = writtenPath(written, layer.lookup);
                    if (isElsewhere(text))
                        continue;
                    const required = (0,located_value/* textOf */.b6)((0,located_value/* entryOf */.Ms)(item, 'required')?.value)?.toLowerCase() !== 'false';
                    yield { use: 'env_file', owner, required, path: join(layer.folder, text, item.at), at: item.at };
                }
            }
        }
        for (const { text, at, layer } of bindSources(valuesUnder(layers, 'volumes'))) {
            if (isElsewhere(text))
                continue;
            yield { use: 'bind', owner, required: true, path: join(layer.folder, text, at), at };
        }
        for (const { value, layer } of valuesUnder(layers, 'security_opt')) {
            for (const item of (0,located_value/* itemsOf */.S3)(value)) {
                const option = interpolated((0,located_value/* textOf */.b6)(item) ?? '', item.at, layer.lookup);
                const text = /^seccomp[:=](.+)$/.exec(option)?.[1];
                if (text === undefined || ['unconfined', 'builtin'].includes(text) || isElsewhere(text))
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
                const text = writtenPath(file.value, lookup);
                if (isElsewhere(text))
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
        return text === undefined || value === undefined ? undefined : interpolated(text, value.at, lookup);
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
    const text = interpolated(written, item.at, lookup);
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
    const lookup = await readEnvironment(checkout, envFiles, (name) => request.variables?.get(name));
    const tree = await new ComposeTreeReader(checkout).read({ files: composeFiles, folder, lookup });
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



























/***/ }),

/***/ 236:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Mc: () => (/* binding */ entriesOf),
/* harmony export */   Ms: () => (/* binding */ entryOf),
/* harmony export */   S3: () => (/* binding */ itemsOf),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   qv: () => (/* binding */ isNothing)
/* harmony export */ });
/* harmony import */ var _compose_errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(744);

/** A text that Compose would take as one, numbers and booleans included; undefined for anything else. */
function textOf(value) {
    return value?.kind === 'scalar' ? (value.value ?? undefined) : undefined;
}
function isNothing(value) {
    return value.kind === 'scalar' && value.value === null;
}
/** The entry of a map; undefined in anything else. */
function entryOf(value, key) {
    return value?.kind === 'map' ? value.entries.get(key) : undefined;
}
/** A map's entries, none where there is nothing; what is something else is refused. */
function entriesOf(value, name) {
    if (value === undefined || isNothing(value))
        return [];
    if (value.kind === 'map')
        return value.entries;
    throw (0,_compose_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .refusal */ .x5)(value.at, `has no mapping as ${(0,_compose_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .shown */ .SP)(name)}; write names and values, one a line`);
}
/** The items of a list, or the one value that stands in the place of a list. */
function itemsOf(value) {
    if (value === undefined || isNothing(value))
        return [];
    return value.kind === 'list' ? value.items : [value];
}


/***/ })

};
