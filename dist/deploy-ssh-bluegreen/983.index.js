export const id = 983;
export const ids = [983];
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

/***/ 9983:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  MN: () => (/* binding */ ComposeTreeReader),
  cd: () => (/* binding */ interpolated),
  Qo: () => (/* binding */ readEnvironment),
  dR: () => (/* binding */ writtenPath)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./build/packages/compose/src/compose-errors.js
var compose_errors = __webpack_require__(744);
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

// EXTERNAL MODULE: ./build/packages/compose/src/path-owner.js
var path_owner = __webpack_require__(2597);
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
        if (paths.some((path) => (0,path_owner/* isElsewhere */.l)(path) || (0,path_owner/* isRemote */.V)(path)))
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
        if (folderText !== undefined && (0,path_owner/* isElsewhere */.l)(folderText)) {
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
            .filter(({ text }) => !(0,path_owner/* isElsewhere */.l)(text))
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
            if ((0,path_owner/* isElsewhere */.l)(text) || (0,path_owner/* isRemote */.V)(text))
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


/***/ }),

/***/ 2597:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   V: () => (/* binding */ isRemote),
/* harmony export */   l: () => (/* binding */ isElsewhere)
/* harmony export */ });
/** Paths that Compose takes on the server, whatever the checkout holds: absolute ones and those of its user's home. */
function isElsewhere(path) {
    return /^(?:[/~]|[A-Za-z]:[\\/]|\\\\)/.test(path);
}
/** What Compose fetches itself, for `include` and `extends`. */
function isRemote(path) {
    return /^(?:(?:oci|git|ssh|https?):\/\/|git@|github\.com\/)/.test(path);
}


/***/ })

};
