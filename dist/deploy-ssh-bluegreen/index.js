// Loads one of Node's modules when it is first used, not when the action starts.
const __lazyBuiltin = (name) => {
  let loaded;
  const load = () => (loaded ??= process.getBuiltinModule(name));
  return new Proxy(() => {}, {
    apply: (_, self, args) => Reflect.apply(load(), self, args),
    get: (_, key) => (key === "__esModule" ? undefined : load()[key]),
    has: (_, key) => Reflect.has(load(), key),
    ownKeys: () => Reflect.ownKeys(load()),
    // The stand-in has no fixed properties, so it may not claim any.
    getOwnPropertyDescriptor: (_, key) => {
      const found = Reflect.getOwnPropertyDescriptor(load(), key);
      return found && { ...found, configurable: true };
    },
  });
};
/******/ var __webpack_modules__ = ({

/***/ 2613:
/***/ ((module) => {

module.exports = __lazyBuiltin("assert");

/***/ }),

/***/ 181:
/***/ ((module) => {

module.exports = process.getBuiltinModule("buffer");

/***/ }),

/***/ 5317:
/***/ ((module) => {

module.exports = __lazyBuiltin("child_process");

/***/ }),

/***/ 6982:
/***/ ((module) => {

module.exports = __lazyBuiltin("crypto");

/***/ }),

/***/ 2250:
/***/ ((module) => {

module.exports = __lazyBuiltin("dns");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = process.getBuiltinModule("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = process.getBuiltinModule("fs");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __lazyBuiltin("net");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __lazyBuiltin("node:crypto");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = process.getBuiltinModule("node:fs");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = __lazyBuiltin("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __lazyBuiltin("node:http");

/***/ }),

/***/ 4708:
/***/ ((module) => {

module.exports = __lazyBuiltin("node:https");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __lazyBuiltin("node:net");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = process.getBuiltinModule("node:path");

/***/ }),

/***/ 3916:
/***/ ((module) => {

module.exports = process.getBuiltinModule("node:path/posix");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = process.getBuiltinModule("node:stream");

/***/ }),

/***/ 6193:
/***/ ((module) => {

module.exports = process.getBuiltinModule("node:string_decoder");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = __lazyBuiltin("node:timers/promises");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = process.getBuiltinModule("node:util");

/***/ }),

/***/ 6928:
/***/ ((module) => {

module.exports = process.getBuiltinModule("path");

/***/ }),

/***/ 932:
/***/ ((module) => {

module.exports = process.getBuiltinModule("process");

/***/ }),

/***/ 2203:
/***/ ((module) => {

module.exports = process.getBuiltinModule("stream");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = process.getBuiltinModule("util");

/***/ }),

/***/ 3106:
/***/ ((module) => {

module.exports = __lazyBuiltin("zlib");

/***/ }),

/***/ 4617:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  a: () => (/* binding */ actionName),
  g: () => (/* binding */ outputNames)
});

;// CONCATENATED MODULE: ./build/packages/release-report/src/release-outputs.js
/** The outputs that every action has which brings a release live. */
const releaseOutputs = [
    'release',
    'previous-release',
    'image-digest',
    'container',
    'color',
    'url',
    'switched',
    'rolled-back',
    'reason',
    'switch-ms',
    'duration-ms',
    'verdict',
];

;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/outputs.js

const actionName = 'deploy-ssh-bluegreen';
/** The outputs of action.yml. */
const outputNames = releaseOutputs;


/***/ }),

/***/ 4359:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ bugSentence),
/* harmony export */   x: () => (/* binding */ isUnexpected)
/* harmony export */ });
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7707);

/** What a person reads of an error that nobody has foreseen. */
function bugSentence(sentence) {
    return `This is a bug in Switchyard, please report it: ${sentence}`;
}
/** Whether an error is our own fault: neither explained nor only the word of a signal that was. */
function isUnexpected(error) {
    if (error instanceof _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h)
        return false;
    // Node's own functions throw this one when a signal fires; why it has fired is its cause.
    if (error instanceof Error && error.name === 'AbortError' && error.cause !== undefined)
        return isUnexpected(error.cause);
    return true;
}


/***/ }),

/***/ 3182:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   TD: () => (/* binding */ longestDurationMs),
/* harmony export */   a3: () => (/* binding */ formatDuration),
/* harmony export */   yi: () => (/* binding */ parseDurationMs)
/* harmony export */ });
const UNIT_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
/** 24 days. A timer of more than 2^31 - 1 ms, some hours later, would end at once. */
const longestDurationMs = 24 * 24 * 3_600_000;
/**
 * Reads `90s`, `5m`, `1h30m`, `250ms` or `0s` as milliseconds; units go from large to small, each once.
 * Returns undefined for anything else, and for more than `longestDurationMs`: a bare number has no unit, and none is guessed.
 */
function parseDurationMs(text) {
    const parts = /^(?:(\d{1,9})h)?(?:(\d{1,9})m(?!s))?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/.exec(text);
    if (parts === null || text === '')
        return undefined;
    const amounts = [parts[1], parts[2], parts[3], parts[4]];
    const units = ['h', 'm', 's', 'ms'];
    let totalMs = 0;
    amounts.forEach((amount, index) => {
        totalMs += Number(amount ?? 0) * (UNIT_MS[units[index] ?? 's'] ?? 0);
    });
    return totalMs <= longestDurationMs ? totalMs : undefined;
}
/** Writes milliseconds for people: `0ms`, `850ms`, `1.4s`, `12s`, `2m 5s`, `1h 30m`. */
function formatDuration(durationMs) {
    const ms = Math.max(0, Math.round(durationMs));
    if (ms < 1000)
        return `${ms}ms`;
    if (ms < 9950)
        return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')}s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 60)
        return `${seconds}s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60)
        return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m ${seconds % 60}s`;
    const hours = Math.floor(minutes / 60);
    return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
}


/***/ }),

/***/ 8033:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   H: () => (/* binding */ CUT_MARK),
/* harmony export */   O: () => (/* binding */ clipEnd)
/* harmony export */ });
/**
 * Stands where text was cut. Whoever masks secrets looks for it: right beside it half a secret may stand, which
 * nothing else would find. So text of others is never cut without it.
 */
const CUT_MARK = '…';
/** At most `length` characters from the start of a text, and then the mark if there were more. */
function clipEnd(text, length) {
    if (text.length <= length)
        return text;
    const splitsACharacter = /[\uD800-\uDBFF]/.test(text[length - 1] ?? '');
    return `${text.slice(0, splitsACharacter ? length - 1 : length)}${CUT_MARK}`;
}


/***/ }),

/***/ 8094:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HK: () => (/* binding */ readOptionLabels),
/* harmony export */   HU: () => (/* binding */ serviceOptionNames),
/* harmony export */   mu: () => (/* binding */ stackLabels),
/* harmony export */   to: () => (/* binding */ readServiceOption),
/* harmony export */   yg: () => (/* binding */ optionPorts)
/* harmony export */ });
/* unused harmony export optionLabelPrefix */
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7707);

/** The options' names, as labels (with `switchyard.` before them) and in the input. */
const serviceOptionNames = [
    'port',
    'protocol',
    'health-path',
    'health-command',
    'order',
    'singleton',
];
const protocols = ['http', 'h2c', 'tcp'];
const orders = ['start-first', 'stop-first'];
/** Reads one option; a problem is the rest of a sentence: "must be …". */
function readServiceOption(name, text, split) {
    const value = text.trim();
    switch (name) {
        case 'port':
            return readPorts(value);
        case 'protocol': {
            const protocol = protocols.find((known) => known === value);
            return protocol ? { options: { protocol } } : { problem: 'must be http, h2c or tcp' };
        }
        case 'health-path':
            return /^\/[\x21-\x22\x24-\x7e]{0,2000}$/.test(value)
                ? { options: { healthPath: value } }
                : { problem: 'must be a path that starts with /, such as /health' };
        case 'health-command':
            try {
                return { options: { healthCommand: split(value) } };
            }
            catch (error) {
                return { problem: (0,_explained_error__WEBPACK_IMPORTED_MODULE_0__/* .sentenceOf */ .$)(error) };
            }
        case 'order': {
            const order = orders.find((known) => known === value);
            return order ? { options: { order } } : { problem: 'must be start-first or stop-first' };
        }
        case 'singleton':
            return value === 'true' || value === 'false'
                ? { options: { singleton: value === 'true' } }
                : { problem: 'must be true or false' };
    }
}
function readPorts(value) {
    if (value === 'none')
        return { options: { ports: [] } };
    const ports = [];
    for (const item of value.split(',')) {
        const [, digits = '', name] = /^\s*(\d{1,5})(?:\/(\w+))?\s*$/.exec(item) ?? [];
        const protocol = protocols.find((known) => known === name);
        const port = Number(digits);
        if (digits === '' || port < 1 || port > 65_535 || (name !== undefined && protocol === undefined)) {
            return { problem: 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none' };
        }
        ports.push(protocol ? { port, protocol } : { port });
    }
    return { options: { ports } };
}
const optionLabelPrefix = 'switchyard.';
/** What a service's labels say; labels that are not understood are named, so that none is passed over. */
function readOptionLabels(labels, split) {
    let options = {};
    const problems = [];
    for (const [label, value] of Object.entries(labels ?? {})) {
        if (!label.startsWith(optionLabelPrefix) || ownLabels.has(label))
            continue;
        const name = serviceOptionNames.find((known) => label === `${optionLabelPrefix}${known}`);
        const reading = name
            ? readServiceOption(name, value, split)
            : { problem: `is none of ${serviceOptionNames.map((known) => optionLabelPrefix + known).join(', ')}` };
        if ('problem' in reading)
            problems.push({ label, problem: reading.problem });
        else
            options = { ...options, ...reading.options };
    }
    return { options, problems };
}
/** The labels that a release puts on what it makes. */
const stackLabels = {
    app: 'switchyard.app',
    role: 'switchyard.role',
    color: 'switchyard.color',
    /** Of a switch: the service that it stands before. */
    service: 'switchyard.service',
};
const ownLabels = new Set(Object.values(stackLabels));
/** The ports of the options with the protocol that holds for each; undefined where nothing is said of ports. */
function optionPorts(options) {
    return options.ports?.map(({ port, protocol }) => ({
        port,
        protocol: protocol ?? options.protocol ?? 'http',
    }));
}


/***/ }),

/***/ 5863:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   my: () => (/* binding */ formatImageReference),
/* harmony export */   o_: () => (/* binding */ parseImageReference),
/* harmony export */   rI: () => (/* binding */ ImageReferenceError)
/* harmony export */ });
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7707);


class ImageReferenceError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'ImageReferenceError';
}
const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
/**
 * Reads `[registry/]repository[:tag][@digest]` by the grammar of the distribution project
 * (github.com/distribution/reference). A reference must pin something: without tag and digest it is refused,
 * because "latest by accident" leaves nothing to roll back to.
 *
 * @throws ImageReferenceError one sentence that quotes what is wrong
 */
function parseImageReference(text) {
    const quoted = JSON.stringify((0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(text, 200));
    const refuse = (why) => new ImageReferenceError(`The image ${quoted} ${why}.`);
    if (text === '')
        throw new ImageReferenceError('The image is empty; give a name with a tag, e.g. ghcr.io/team/app:1.2.3.');
    if (/\s/.test(text))
        throw refuse('contains white space');
    if (/^[a-z]+:\/\//i.test(text))
        throw refuse('starts with a URL scheme; leave out "https://"');
    const at = text.indexOf('@');
    const digest = at < 0 ? undefined : text.slice(at + 1);
    if (digest !== undefined && !DIGEST.test(digest)) {
        throw refuse('has a digest that is not "sha256:" and 64 hexadecimal digits in lower case');
    }
    let name = at < 0 ? text : text.slice(0, at);
    let tag;
    const colon = name.lastIndexOf(':');
    if (colon > name.lastIndexOf('/')) {
        tag = name.slice(colon + 1);
        name = name.slice(0, colon);
        if (!TAG.test(tag)) {
            throw refuse('has a tag with other characters than letters, digits, "_", "." and "-", or longer than 128');
        }
    }
    const slash = name.indexOf('/');
    const first = slash < 0 ? '' : name.slice(0, slash);
    // Docker's rule, less one case: it takes `Team/app` for the host "Team", which nobody means.
    const namesRegistry = slash > 0 && (/[.:[]/.test(first) || first === 'localhost');
    const registry = !namesRegistry || first === 'index.docker.io' ? 'docker.io' : first;
    let repository = namesRegistry ? name.slice(slash + 1) : name;
    if (namesRegistry && !HOST.test(registry))
        throw refuse(`has a registry (${JSON.stringify(first)}) that is not a host name`);
    if (registry === 'docker.io' && repository !== '' && !repository.includes('/'))
        repository = `library/${repository}`;
    if (repository === '')
        throw refuse('has no repository name');
    if (repository !== repository.toLowerCase())
        throw refuse('has upper-case letters in its name; image names are lower case');
    if (!repository.split('/').every((component) => COMPONENT.test(component))) {
        throw refuse('is not a valid name: use lower-case letters and digits, separated by ".", "_", "-" or "/"');
    }
    if (registry.length + repository.length > 255)
        throw refuse('is longer than 255 characters');
    if (tag === undefined && digest === undefined) {
        throw refuse('has neither a tag nor a digest; add one, e.g. ":1.2.3" or "@sha256:…"');
    }
    return { registry, repository, tag, digest };
}
/** The full written form, registry included. */
function formatImageReference(reference) {
    const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
    const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
    return `${reference.registry}/${reference.repository}${tag}${digest}`;
}


/***/ }),

/***/ 7707:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $: () => (/* binding */ sentenceOf),
/* harmony export */   h: () => (/* binding */ ExplainedError)
/* harmony export */ });
/**
 * An error whose message a person can act on: one plain sentence that says what happened, where, and what to
 * do. Anything that is not an ExplainedError is our own fault and is reported with its stack.
 */
class ExplainedError extends Error {
    name = 'ExplainedError';
}
/** The sentence of an unknown thrown value, never empty. */
function sentenceOf(error) {
    if (error instanceof AggregateError && error.message === '') {
        return error.errors.map(sentenceOf).join('; ');
    }
    if (error instanceof Error)
        return error.message || error.name;
    return String(error);
}


/***/ }),

/***/ 3263:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   C2: () => (/* binding */ parseStatusRanges),
/* harmony export */   CE: () => (/* binding */ statusIsIn)
/* harmony export */ });
/* unused harmony export StatusRangeError */
/* harmony import */ var _clipped_text__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8033);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7707);


class StatusRangeError extends _explained_error__WEBPACK_IMPORTED_MODULE_0__/* .ExplainedError */ .h {
    name = 'StatusRangeError';
}
/**
 * Reads `200-399`, `200,204`, `200, 300-302`.
 *
 * @throws StatusRangeError one sentence that quotes the wrong part
 */
function parseStatusRanges(text) {
    return text.split(',').map((part) => {
        const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part.trim());
        const from = Number(match?.[1]);
        const to = Number(match?.[2] ?? match?.[1]);
        if (match === null || to < from) {
            throw new StatusRangeError(`${JSON.stringify((0,_clipped_text__WEBPACK_IMPORTED_MODULE_1__/* .clipEnd */ .O)(part.trim(), 50))} is not an HTTP status or a range of them; write "200", "200,204" or "200-399".`);
        }
        return { from, to };
    });
}
function statusIsIn(status, ranges) {
    return ranges.some(({ from, to }) => status >= from && status <= to);
}


/***/ }),

/***/ 1153:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ beforeTouching)
/* harmony export */ });
/* harmony import */ var _action_kit__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4359);
/* harmony import */ var _explained_error__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7707);


/**
 * Runs what comes before anything on the server is touched. If it throws, outputs and summary say so, because later
 * steps that run `if: always()` read them.
 *
 * @throws what `action` throws
 */
async function beforeTouching(runner, place, action) {
    try {
        return await action();
    }
    catch (error) {
        const sentence = (0,_explained_error__WEBPACK_IMPORTED_MODULE_0__/* .sentenceOf */ .$)(error);
        tellUntouched(runner, place, (0,_action_kit__WEBPACK_IMPORTED_MODULE_1__/* .isUnexpected */ .x)(error) ? (0,_action_kit__WEBPACK_IMPORTED_MODULE_1__/* .bugSentence */ .Q)(sentence) : sentence);
        throw error;
    }
}
function tellUntouched(runner, { action, app, host }, reason) {
    const servingNow = 'Nothing was changed; whatever served before still does.';
    const durationMs = Math.round(performance.now());
    const verdict = {
        format: 1,
        action,
        outcome: runner.signal.aborted ? 'cancelled' : 'failed',
        reason,
        servingNow,
        app,
        host,
        switched: false,
        rolledBack: false,
        durationMs,
    };
    runner.output('switched', false);
    runner.output('rolled-back', false);
    runner.output('reason', reason);
    runner.output('duration-ms', durationMs);
    runner.output('verdict', JSON.stringify(verdict));
    runner.summary.paragraph(servingNow);
}


/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
var __webpack_exports__ = {};

// NAMESPACE OBJECT: ./node_modules/@actions/core/lib/platform.js
var platform_namespaceObject = {};
__nccwpck_require__.r(platform_namespaceObject);
__nccwpck_require__.d(platform_namespaceObject, {
  arch: () => (arch),
  getDetails: () => (getDetails),
  isLinux: () => (isLinux),
  isMacOS: () => (isMacOS),
  isWindows: () => (isWindows),
  platform: () => (platform)
});

// NAMESPACE OBJECT: ./node_modules/@actions/core/lib/core.js
var core_namespaceObject = {};
__nccwpck_require__.r(core_namespaceObject);
__nccwpck_require__.d(core_namespaceObject, {
  ExitCode: () => (ExitCode),
  addPath: () => (addPath),
  debug: () => (debug),
  endGroup: () => (endGroup),
  error: () => (error),
  exportVariable: () => (exportVariable),
  getBooleanInput: () => (getBooleanInput),
  getIDToken: () => (getIDToken),
  getInput: () => (getInput),
  getMultilineInput: () => (getMultilineInput),
  getState: () => (getState),
  group: () => (group),
  info: () => (info),
  isDebug: () => (isDebug),
  markdownSummary: () => (markdownSummary),
  notice: () => (notice),
  platform: () => (platform_namespaceObject),
  saveState: () => (saveState),
  setCommandEcho: () => (setCommandEcho),
  setFailed: () => (setFailed),
  setOutput: () => (setOutput),
  setSecret: () => (setSecret),
  startGroup: () => (startGroup),
  summary: () => (summary_summary),
  toPlatformPath: () => (toPlatformPath),
  toPosixPath: () => (toPosixPath),
  toWin32Path: () => (toWin32Path),
  warning: () => (warning)
});

;// CONCATENATED MODULE: ./build/packages/dirname-shim/src/index.js
// ssh2 carries a WebAssembly module that reads __dirname as it loads. An ESM bundle has none, and the error comes
// asynchronously, after the action has reported success. So main.ts of every action that reaches ssh2 imports this
// first: modules are evaluated in the order of their imports.
const scope = globalThis;
scope.__dirname ??= import.meta.dirname;


// EXTERNAL MODULE: ./build/packages/explained-error/src/index.js
var src = __nccwpck_require__(7707);
// EXTERNAL MODULE: ./build/packages/action-kit/src/bug-sentence.js
var bug_sentence = __nccwpck_require__(4359);
;// CONCATENATED MODULE: ./build/packages/action-kit/src/cancellation.js

const SENTENCES = {
    cancelled: 'The run was cancelled.',
    terminated: 'The run was cancelled and had no time left to finish what it was doing.',
    crashed: 'The action stopped because of an unexpected error.',
};
/** The `reason` of the runner's AbortSignals. */
class Cancellation extends src/* ExplainedError */.h {
    name = 'Cancellation';
    kind;
    constructor(kind, options) {
        super(SENTENCES[kind], options);
        this.kind = kind;
    }
}

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = process.getBuiltinModule("os");
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function issue(name, message = '') {
    issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
// EXTERNAL MODULE: external "crypto"
var external_crypto_ = __nccwpck_require__(6982);
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_.randomUUID()}`;
    const convertedValue = toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
// EXTERNAL MODULE: external "path"
var external_path_ = __nccwpck_require__(6928);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
;// CONCATENATED MODULE: ./packages/oidc-http-client/lib/index.js


const retriedStatuses = new Set([502, 503, 504]);
const defaultTimeoutMs = 3 * 60_000;
const longestRetryDelayMs = 30_000;
const largestAnswerBytes = 1024 * 1024;

class HttpClientError extends Error {
  constructor(message, statusCode) {
    super(message);
    this.name = 'HttpClientError';
    this.statusCode = statusCode;
  }
}

class HttpClient {
  #userAgent;
  #handlers;
  #attempts;
  #timeoutMs;
  #firstRetryDelayMs;

  constructor(userAgent, handlers = [], options = {}) {
    this.#userAgent = userAgent ?? 'actions/http-client';
    this.#handlers = handlers;
    this.#attempts = 1 + (options.allowRetries ? (options.maxRetries ?? 1) : 0);
    this.#timeoutMs = options.socketTimeout ?? defaultTimeoutMs;
    this.#firstRetryDelayMs = options.firstRetryDelayMs ?? 100;
  }

  async getJson(url) {
    for (let attempt = 1; ; attempt++) {
      const isLast = attempt >= this.#attempts;
      try {
        const answer = await this.#get(new URL(url));
        if (isLast || !retriedStatuses.has(answer.statusCode)) return typedResponse(answer);
      } catch (error) {
        if (isLast || error instanceof HttpClientError || error instanceof TypeError) throw error;
      }
      await (0,promises_.setTimeout)(Math.min(this.#firstRetryDelayMs * 2 ** (attempt - 1), longestRetryDelayMs));
    }
  }

  async #get(url) {
    const headers = { 'User-Agent': this.#userAgent, Accept: 'application/json' };
    for (const handler of this.#handlers) handler.prepareRequest({ headers });
    // Loaded here so that an action that never asks for a token does not pay for TLS at its start.
    const { Agent, request } = await (url.protocol === 'http:' ? Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 7067, 19)) : Promise.resolve(/* import() */).then(__nccwpck_require__.t.bind(__nccwpck_require__, 4708, 19)));
    const agent = new Agent({ proxyEnv: process.env });
    try {
      return await exchange(request, url, { agent, headers, signal: AbortSignal.timeout(this.#timeoutMs) });
    } finally {
      agent.destroy();
    }
  }
}

function exchange(request, url, options) {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      const chunks = [];
      let size = 0;
      response.on('error', reject);
      response.on('data', (chunk) => {
        size += chunk.length;
        if (size > largestAnswerBytes) {
          sent.destroy();
          reject(new HttpClientError(`The answer of ${url.host} is larger than 1 MiB.`, response.statusCode));
        }
        chunks.push(chunk);
      });
      response.on('end', () => {
        const { statusCode, headers } = response;
        resolve({ statusCode, headers, body: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sent.on('error', (cause) => {
      reject(options.signal.aborted ? new Error(`${url.host} did not answer in time.`, { cause }) : cause);
    });
    sent.end();
  });
}

function typedResponse({ statusCode, headers, body }) {
  let result = null;
  try {
    if (body !== '' && statusCode !== 404) result = JSON.parse(body);
  } catch {
    // The published client also answers a body that is not JSON with `result: null`.
  }
  if (statusCode > 299 && statusCode !== 404) {
    const error = new HttpClientError(
      result?.message ?? (body || `Failed request: (${statusCode})`),
      statusCode,
    );
    if (result !== null) error.result = result;
    throw error;
  }
  return { statusCode, headers, result };
}

;// CONCATENATED MODULE: ./packages/oidc-http-client/lib/auth.js
/** Sends `Authorization: Bearer TOKEN` with every request, without waiting for a 401. */
class BearerCredentialHandler {
  constructor(token) {
    this.token = token;
  }

  prepareRequest(options) {
    if (!options.headers) throw new Error('The request has no headers.');
    options.headers.Authorization = `Bearer ${this.token}`;
  }
}

;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return __awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return __awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = _summary;
const summary_summary = _summary;
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, external_path_.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: external "string_decoder"
const external_string_decoder_namespaceObject = process.getBuiltinModule("string_decoder");
// EXTERNAL MODULE: external "events"
var external_events_ = __nccwpck_require__(4434);
// EXTERNAL MODULE: external "child_process"
var external_child_process_ = __nccwpck_require__(5317);
// EXTERNAL MODULE: external "assert"
var external_assert_ = __nccwpck_require__(2613);
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io-util.js
var io_util_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink } = external_fs_.promises;
// export const {open} = 'fs'
const IS_WINDOWS = process.platform === 'win32';
/**
 * Custom implementation of readlink to ensure Windows junctions
 * maintain trailing backslash for backward compatibility with Node.js < 24
 *
 * In Node.js 20, Windows junctions (directory symlinks) always returned paths
 * with trailing backslashes. Node.js 24 removed this behavior, which breaks
 * code that relied on this format for path operations.
 *
 * This implementation restores the Node 20 behavior by adding a trailing
 * backslash to all junction results on Windows.
 */
function readlink(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        const result = yield fs.promises.readlink(fsPath);
        // On Windows, restore Node 20 behavior: add trailing backslash to all results
        // since junctions on Windows are always directory links
        if (IS_WINDOWS && !result.endsWith('\\')) {
            return `${result}\\`;
        }
        return result;
    });
}
// See https://github.com/nodejs/node/blob/d0153aee367422d0858105abec186da4dff0a0c5/deps/uv/include/uv/win.h#L691
const UV_FS_O_EXLOCK = 0x10000000;
const READONLY = external_fs_.constants.O_RDONLY;
function exists(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
function isDirectory(fsPath_1) {
    return io_util_awaiter(this, arguments, void 0, function* (fsPath, useStat = false) {
        const stats = useStat ? yield stat(fsPath) : yield lstat(fsPath);
        return stats.isDirectory();
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS) {
                // on Windows, test for valid extension
                const upperExt = external_path_.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = external_path_.dirname(filePath);
                        const upperName = external_path_.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = external_path_.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}
// Get the path of cmd.exe in windows
function getCmdPath() {
    var _a;
    return (_a = process.env['COMSPEC']) !== null && _a !== void 0 ? _a : `cmd.exe`;
}
//# sourceMappingURL=io-util.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io.js
var io_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



/**
 * Copies a file or folder.
 * Based off of shelljs - https://github.com/shelljs/shelljs/blob/9237f66c52e5daa40458f94f9565e18e8132f5a6/src/cp.js
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See CopyOptions.
 */
function cp(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        const { force, recursive, copySourceDirectory } = readCopyOptions(options);
        const destStat = (yield ioUtil.exists(dest)) ? yield ioUtil.stat(dest) : null;
        // Dest is an existing file, but not forcing
        if (destStat && destStat.isFile() && !force) {
            return;
        }
        // If dest is an existing directory, should copy inside.
        const newDest = destStat && destStat.isDirectory() && copySourceDirectory
            ? path.join(dest, path.basename(source))
            : dest;
        if (!(yield ioUtil.exists(source))) {
            throw new Error(`no such file or directory: ${source}`);
        }
        const sourceStat = yield ioUtil.stat(source);
        if (sourceStat.isDirectory()) {
            if (!recursive) {
                throw new Error(`Failed to copy. ${source} is a directory, but tried to copy without recursive flag.`);
            }
            else {
                yield cpDirRecursive(source, newDest, 0, force);
            }
        }
        else {
            if (path.relative(source, newDest) === '') {
                // a file cannot be copied to itself
                throw new Error(`'${newDest}' and '${source}' are the same file`);
            }
            yield io_copyFile(source, newDest, force);
        }
    });
}
/**
 * Moves a path.
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See MoveOptions.
 */
function mv(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        if (yield ioUtil.exists(dest)) {
            let destExists = true;
            if (yield ioUtil.isDirectory(dest)) {
                // If dest is directory copy src into dest
                dest = path.join(dest, path.basename(source));
                destExists = yield ioUtil.exists(dest);
            }
            if (destExists) {
                if (options.force == null || options.force) {
                    yield rmRF(dest);
                }
                else {
                    throw new Error('Destination already exists');
                }
            }
        }
        yield mkdirP(path.dirname(dest));
        yield ioUtil.rename(source, dest);
    });
}
/**
 * Remove a path recursively with force
 *
 * @param inputPath path to remove
 */
function rmRF(inputPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (ioUtil.IS_WINDOWS) {
            // Check for invalid characters
            // https://docs.microsoft.com/en-us/windows/win32/fileio/naming-a-file
            if (/[*"<>|]/.test(inputPath)) {
                throw new Error('File path must not contain `*`, `"`, `<`, `>` or `|` on Windows');
            }
        }
        try {
            // note if path does not exist, error is silent
            yield ioUtil.rm(inputPath, {
                force: true,
                maxRetries: 3,
                recursive: true,
                retryDelay: 300
            });
        }
        catch (err) {
            throw new Error(`File was unable to be removed ${err}`);
        }
    });
}
/**
 * Make a directory.  Creates the full path with folders in between
 * Will throw if it fails
 *
 * @param   fsPath        path to create
 * @returns Promise<void>
 */
function mkdirP(fsPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        ok(fsPath, 'a path argument must be provided');
        yield ioUtil.mkdir(fsPath, { recursive: true });
    });
}
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which(tool, check) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (IS_WINDOWS) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(external_path_.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(external_path_.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(external_path_.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(external_path_.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}
function readCopyOptions(options) {
    const force = options.force == null ? true : options.force;
    const recursive = Boolean(options.recursive);
    const copySourceDirectory = options.copySourceDirectory == null
        ? true
        : Boolean(options.copySourceDirectory);
    return { force, recursive, copySourceDirectory };
}
function cpDirRecursive(sourceDir, destDir, currentDepth, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        // Ensure there is not a run away recursive copy
        if (currentDepth >= 255)
            return;
        currentDepth++;
        yield mkdirP(destDir);
        const files = yield ioUtil.readdir(sourceDir);
        for (const fileName of files) {
            const srcFile = `${sourceDir}/${fileName}`;
            const destFile = `${destDir}/${fileName}`;
            const srcFileStat = yield ioUtil.lstat(srcFile);
            if (srcFileStat.isDirectory()) {
                // Recurse
                yield cpDirRecursive(srcFile, destFile, currentDepth, force);
            }
            else {
                yield io_copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function io_copyFile(srcFile, destFile, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        if ((yield ioUtil.lstat(srcFile)).isSymbolicLink()) {
            // unlink/re-link it
            try {
                yield ioUtil.lstat(destFile);
                yield ioUtil.unlink(destFile);
            }
            catch (e) {
                // Try to override file permission
                if (e.code === 'EPERM') {
                    yield ioUtil.chmod(destFile, '0666');
                    yield ioUtil.unlink(destFile);
                }
                // other errors = it doesn't exist, no work to do
            }
            // Copy over symlink
            const symlinkFull = yield ioUtil.readlink(srcFile);
            yield ioUtil.symlink(symlinkFull, destFile, ioUtil.IS_WINDOWS ? 'junction' : null);
        }
        else if (!(yield ioUtil.exists(destFile)) || force) {
            yield ioUtil.copyFile(srcFile, destFile);
        }
    });
}
//# sourceMappingURL=io.js.map
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = process.getBuiltinModule("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var toolrunner_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const toolrunner_IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends external_events_.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (toolrunner_IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(external_os_namespaceObject.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + external_os_namespaceObject.EOL.length);
                n = s.indexOf(external_os_namespaceObject.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return toolrunner_awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (toolrunner_IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which(this.toolPath, true);
            return new Promise((resolve, reject) => toolrunner_awaiter(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + external_os_namespaceObject.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = external_child_process_.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends external_events_.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = (0,external_timers_namespaceObject.setTimeout)(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}
//# sourceMappingURL=toolrunner.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/exec.js
var exec_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        const commandArgs = argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}
/**
 * Exec a command and get the output.
 * Output will be streamed to the live console.
 * Returns promise with the exit code and collected stdout and stderr
 *
 * @param     commandLine           command to execute (can include additional args). Must be correctly escaped.
 * @param     args                  optional arguments for tool. Escaping is handled by the lib.
 * @param     options               optional exec options.  See ExecOptions
 * @returns   Promise<ExecOutput>   exit code, stdout, and stderr
 */
function getExecOutput(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        var _a, _b;
        let stdout = '';
        let stderr = '';
        //Using string decoder covers the case where a mult-byte character is split
        const stdoutDecoder = new external_string_decoder_namespaceObject.StringDecoder('utf8');
        const stderrDecoder = new external_string_decoder_namespaceObject.StringDecoder('utf8');
        const originalStdoutListener = (_a = options === null || options === void 0 ? void 0 : options.listeners) === null || _a === void 0 ? void 0 : _a.stdout;
        const originalStdErrListener = (_b = options === null || options === void 0 ? void 0 : options.listeners) === null || _b === void 0 ? void 0 : _b.stderr;
        const stdErrListener = (data) => {
            stderr += stderrDecoder.write(data);
            if (originalStdErrListener) {
                originalStdErrListener(data);
            }
        };
        const stdOutListener = (data) => {
            stdout += stdoutDecoder.write(data);
            if (originalStdoutListener) {
                originalStdoutListener(data);
            }
        };
        const listeners = Object.assign(Object.assign({}, options === null || options === void 0 ? void 0 : options.listeners), { stdout: stdOutListener, stderr: stdErrListener });
        const exitCode = yield exec(commandLine, args, Object.assign(Object.assign({}, options), { listeners }));
        //flush any remaining characters
        stdout += stdoutDecoder.end();
        stderr += stderrDecoder.end();
        return {
            exitCode,
            stdout,
            stderr
        };
    });
}
//# sourceMappingURL=exec.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function setSecret(secret) {
    issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${external_path_.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return issueFileCommand('OUTPUT', prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    issueCommand('set-output', { name }, toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function debug(message) {
    issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map
;// CONCATENATED MODULE: ./build/packages/action-kit/src/ip-version.js
const IPV4_NUMBER = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${IPV4_NUMBER}(?:\\.${IPV4_NUMBER}){3}$`);
/**
 * Which kind of IP address the text is, with the same answers as `isIP` of node:net. That one compiles a large
 * pattern, which alone takes 5 ms of an action's start when it first sees an IPv6 address; Node's URL parser is
 * compiled code and is there already.
 */
function ipVersion(text) {
    if (IPV4.test(text))
        return 4;
    const address = text.replace(/%[0-9A-Za-z.:-]+$/, '');
    return /^[0-9A-Fa-f:.]+$/.test(address) && URL.canParse(`http://[${address}]/`) ? 6 : undefined;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/addresses.js


const EXAMPLES = '127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080';
/**
 * Reads `127.0.0.1:8080` or `[::1]:8080`. `:8080` and `8080` are refused, because whether the whole internet
 * may connect is not ours to guess.
 * @throws ExplainedError with one sentence that does not name the input
 */
function parseAddress(text, options = {}) {
    if (/^:?\d+$/.test(text)) {
        const port = text.replace(':', '');
        throw new src/* ExplainedError */.h(`must say on which address: 127.0.0.1:${port} (only this server) or 0.0.0.0:${port} (everybody)`);
    }
    const bracketed = /^\[([^\]]*)\]:(\d{1,5})$/.exec(text);
    const plain = /^([^:[\]]+):(\d{1,5})$/.exec(text);
    const host = bracketed?.[1] ?? plain?.[1];
    const port = Number(bracketed?.[2] ?? plain?.[2]);
    if (host === undefined) {
        // Both an address and one with a port that lacks its brackets; a port is what belongs here.
        const [, address = '', digits = ''] = /^(.+):(\d{2,5})$/.exec(text) ?? [];
        if (ipVersion(address) === 6 && Number(digits) <= 65_535)
            throw new src/* ExplainedError */.h(`needs brackets around an IPv6 address, like [${address}]:${digits}`);
        if (ipVersion(text) === 6)
            throw new src/* ExplainedError */.h(`needs a port and brackets, like [${text}]:8080`);
        if (ipVersion(text) === 4)
            throw new src/* ExplainedError */.h(`needs a port, like ${text}:8080`);
        if (/^[0-9a-f:.]+$/i.test(text)) {
            throw new src/* ExplainedError */.h('needs brackets around an IPv6 address, like [::1]:8080');
        }
        throw new src/* ExplainedError */.h(`must be an address and a port, like ${EXAMPLES}`);
    }
    if (port < 1 || port > 65_535)
        throw new src/* ExplainedError */.h('needs a port from 1 to 65535');
    if (bracketed !== null ? ipVersion(host) === 6 : ipVersion(host) === 4)
        return { host, port };
    if (bracketed === null && options.hostNames === true && isHostName(host))
        return { host, port };
    throw new src/* ExplainedError */.h(`must be an IP address and a port, like ${EXAMPLES}`);
}
/** Writes an address back: `127.0.0.1:8080`, `[::1]:8080`. */
function formatAddress(address) {
    return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}
/**
 * Reads a host name or an IP address without brackets.
 * @throws ExplainedError with one sentence that does not name the input
 */
function parseHost(text) {
    if (ipVersion(text) !== undefined || isHostName(text))
        return text;
    if (text.includes('://'))
        throw new src/* ExplainedError */.h('must be a host name only, without a scheme such as ssh://');
    if (text.includes('@'))
        throw new src/* ExplainedError */.h('must be a host name only; the user has an input of its own');
    if (text.startsWith('['))
        throw new src/* ExplainedError */.h('must be an IPv6 address without brackets');
    if (/^[^:]+:\d+$/.test(text)) {
        throw new src/* ExplainedError */.h('must be a host name only; the port has an input of its own');
    }
    throw new src/* ExplainedError */.h('must be a host name or an IP address, like app.example.com or 192.0.2.10');
}
/** Letters, digits, hyphens and (as many internal networks have them) underscores; never starts with a hyphen. */
function isHostName(text) {
    if (text.length > 253 || /^[\d.]+$/.test(text))
        return false;
    return text
        .replace(/\.$/, '')
        .split('.')
        .every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/command-lines.js

const SHELL_OPERATORS = new Set(['&&', '||', '|', ';', '&', '>', '>>', '<', '<<', '2>', '2>&1', '&>']);
/**
 * Splits a command into its arguments: a JSON array of strings, or words with '…' and "…" quotes and
 * backslashes as a POSIX shell reads them. Nothing is expanded and no shell runs.
 * @throws ExplainedError for an open quote, a bad JSON array, or an operator that only a shell understands
 */
function parseCommandLine(text) {
    const argv = text.trimStart().startsWith('[') ? readJsonArray(text) : readWords(text);
    if (argv[0] === undefined || argv[0] === '')
        throw new src/* ExplainedError */.h('must name a program to run');
    // JSON can spell it, and no program can be given it.
    if (argv.some((argument) => argument.includes('\0')))
        throw new src/* ExplainedError */.h('holds a NUL character');
    return argv;
}
function readJsonArray(text) {
    let value;
    try {
        value = JSON.parse(text);
    }
    catch (cause) {
        throw new src/* ExplainedError */.h('starts with [ but is not a JSON array of strings', { cause });
    }
    if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
        return value;
    throw new src/* ExplainedError */.h('must be a JSON array that holds only strings');
}
function readWords(text) {
    const words = [];
    let word;
    let wasQuoted = false;
    let quote = '';
    const endWord = () => {
        if (word === undefined)
            return;
        if (!wasQuoted && (SHELL_OPERATORS.has(word) || word.endsWith(';'))) {
            throw new src/* ExplainedError */.h(`uses \`${word.endsWith(';') ? ';' : word}\`, which only a shell understands: write sh -c '…' around it`);
        }
        words.push(word);
        word = undefined;
        wasQuoted = false;
    };
    for (let index = 0; index < text.length; index += 1) {
        const character = text.charAt(index);
        const next = text.charAt(index + 1);
        if (quote === "'") {
            if (character === "'")
                quote = '';
            else
                word += character;
        }
        else if (quote === '"') {
            if (character === '"')
                quote = '';
            else if (character === '\\' && next !== '' && '"\\$`'.includes(next)) {
                word += next;
                index += 1;
            }
            else
                word += character;
        }
        else if (character === "'" || character === '"') {
            quote = character;
            wasQuoted = true;
            word ??= '';
        }
        else if (character === '\\' && next !== '') {
            // A backslash before a line break joins the lines, as in a shell.
            if (next !== '\n')
                word = (word ?? '') + next;
            wasQuoted = true;
            index += 1;
        }
        else if (/\s/.test(character))
            endWord();
        else
            word = (word ?? '') + character;
    }
    if (quote !== '')
        throw new src/* ExplainedError */.h(`has a ${quote} that is never closed`);
    endWord();
    return words;
}

// EXTERNAL MODULE: ./build/packages/action-kit/src/durations.js
var durations = __nccwpck_require__(3182);
;// CONCATENATED MODULE: ./build/packages/action-kit/src/format-marks.js
/**
 * Characters that are not seen and change how the text around them is: marks of the reading direction, of joining and
 * of width. JSON has no need to escape them.
 */
const formatMarks = /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
function withoutFormatMarks(text) {
    return text.replace(formatMarks, '');
}
/** Each as it is written in JSON, so that a person sees what is wrong. */
function withVisibleFormatMarks(text) {
    return text.replace(formatMarks, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/key-values.js
/**
 * Reads one `KEY=value` a line. The value is everything after the first `=`, kept as it is; blank lines are
 * skipped; there are no comments, because a value may hold anything. A value of several lines, such as a key, is
 * written as GitHub's own environment files have it: `KEY<<END`, its lines, and a line that is `END`
 * (docs.github.com, "Workflow commands", multiline strings). Problems name the line, never the value.
 */
function parseKeyValues(text, options = {}) {
    const namePattern = options.namePattern ?? /^[A-Za-z_][A-Za-z0-9_.-]*$/;
    const nameRule = options.nameRule ?? 'letters, digits, _, . and -, not starting with a digit';
    const entries = new Map();
    const lineOf = new Map();
    const problems = [];
    const lines = text.split(/\r\n|\n/);
    for (let index = 0; index < lines.length; index += 1) {
        const content = lines[index] ?? '';
        const line = index + 1;
        if (content.trim() === '')
            continue;
        const [, opened, end] = /^([^=]*?)<<(.*)$/.exec(content) ?? [];
        const equals = content.indexOf('=');
        const name = (opened ?? content.slice(0, Math.max(equals, 0))).trim();
        let value = content.slice(equals + 1);
        if (opened !== undefined && end !== undefined) {
            const last = end.trim() === '' ? -1 : lines.findIndex((text, at) => at > index && text.trim() === end.trim());
            if (last === -1) {
                const sentence = `line ${line} begins a value of several lines with <<, and the line that ends it is missing`;
                problems.push({ line, sentence });
                break;
            }
            value = lines.slice(index + 1, last).join('\n');
            index = last;
        }
        const first = lineOf.get(name);
        if (opened === undefined && equals === -1) {
            problems.push({ line, sentence: `line ${line} has no =, write KEY=value` });
        }
        // A line without a good name may be the continuation of a secret, so even its "name" is not repeated.
        else if (!namePattern.test(name)) {
            problems.push({ line, sentence: `line ${line} does not start with a name made of ${nameRule}` });
        }
        else if (value.includes('\0')) {
            problems.push({ line, sentence: `line ${line} (${name}) holds a NUL character` });
        }
        else if (first !== undefined) {
            problems.push({ line, sentence: `line ${line} sets ${name} again, which line ${first} already sets` });
        }
        else {
            entries.set(name, value);
            lineOf.set(name, line);
        }
    }
    return { entries, problems };
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/escaped-forms.js
/** How the common programs write a value into JSON, a URL, HTML and XML. Those that leave it as it is are among them. */
function escapedForms(value) {
    return [...jsonForms(value), ...urlForms(value), ...markupForms(value)];
}
/** What every program understands, and what ours write. */
function usualEscapedForms(value) {
    return [jsonForm(value), percentForm(value), markupForm(value, '&quot;', '&#39;')];
}
function jsonForm(value) {
    return JSON.stringify(value).slice(1, -1);
}
function jsonForms(value) {
    const json = jsonForm(value);
    const codes = (text, what) => text.replace(what, codeOf);
    return [
        json,
        // Go, Rails.
        codes(json, /[<>&\u2028\u2029]/g),
        // Python, and PHP, which escapes slashes too.
        codes(json, /[^\0-\x7f]/g),
        codes(json.replaceAll('/', '\\/'), /[^\0-\x7f]/g),
        json.replaceAll('/', '\\/'),
        // .NET.
        upperCodes(codes(json.replaceAll('\\"', '\\u0022'), /[<>&'+`]|[^\0-\x7f]/g)),
    ];
}
function codeOf(found) {
    return `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
function upperCodes(text) {
    return text.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`);
}
function urlForms(value) {
    const percent = percentForm(value);
    // RFC 3986; encodeURIComponent leaves these alone.
    const strict = percent.replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
    const escaped = [percent, strict].flatMap((form) => {
        const lower = form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
        return [form, lower, ...[form, lower].map((spaced) => spaced.replaceAll('%20', '+'))];
    });
    return [...escaped, value.replaceAll(' ', '+')];
}
function percentForm(value) {
    try {
        return encodeURIComponent(value);
    }
    catch {
        // A lone surrogate has no URL form.
        return value;
    }
}
function markupForms(value) {
    return [
        ['&quot;', '&#39;'],
        ['&quot;', '&#x27;'],
        ['&quot;', '&apos;'],
        ['&quot;', "'"],
        ['&#34;', '&#39;'],
        ['"', "'"],
    ].map(([double = '', single = '']) => markupForm(value, double, single));
}
function markupForm(value, double, single) {
    return value
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', double)
        .replaceAll("'", single);
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __nccwpck_require__(7975);
// EXTERNAL MODULE: ./build/packages/clipped-text/src/index.js
var clipped_text_src = __nccwpck_require__(8033);
;// CONCATENATED MODULE: ./build/packages/action-kit/src/untrusted-text.js


const LONGEST_LINE = 2000;
/**
 * Makes text safe to print in a step's log: the runner obeys any line that starts with `::` and any `##[`
 * anywhere in a line, so both are broken up. Everything else stays as it is.
 */
function disarmCommands(text) {
    return text
        .split(/\r\n|\n|\r/)
        .map((line) => (/^\s*::/.test(line) ? `| ${line}` : line).replaceAll('##[', '# #['))
        .join('\n');
}
/**
 * Lines of text that somebody else wrote (a server's log, an HTTP answer): without terminal codes and control
 * characters, long lines cut. Still to be passed through disarmCommands or escapeHtml for where it goes.
 */
function plainLines(text) {
    const lines = removeTerminalCodes(text).split(/\r\n|\n|\r/);
    if (lines.at(-1) === '')
        lines.pop();
    return lines.map((line) => {
        const clean = removeControlCharacters(line);
        return clean.length > LONGEST_LINE ? `${(0,clipped_text_src/* clipEnd */.O)(clean, LONGEST_LINE)} (line cut)` : clean;
    });
}
/** Removes colours, cursor moves and the like. */
function removeTerminalCodes(text) {
    return (0,external_node_util_.stripVTControlCharacters)(text);
}
/**
 * C0 and C1 controls (not tab and line break) and the marks that reverse the reading direction, for a regular expression.
 * Written out, because `\p{Cc}` takes milliseconds of every action's start.
 */
const UNSEEN = String.raw `[\0-\b\v-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]`;
const EVERY_UNSEEN = new RegExp(UNSEEN, 'g');
function removeControlCharacters(text) {
    return text.replace(EVERY_UNSEEN, '');
}
/** Every run of space, line breaks too, as one space. */
function inOneLine(text) {
    return text.replace(/\s+/g, ' ').trim();
}
/** A short single-line quotation of a value for an error message: at most 60 characters. */
function quoteBriefly(value) {
    const line = inOneLine(removeControlCharacters(value));
    return line.length > 60 ? `"${(0,clipped_text_src/* clipEnd */.O)(line, 57)}"` : `"${line}"`;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/unescaped-text.js

const HEX = '[0-9a-fA-F]';
const OCTAL_MORE = String.raw `\\2[0-7]{2}`;
/**
 * JSON, JavaScript, PHP, Python, Ruby and shells; URLs; HTML and XML; and the characters that our own texts drop. Bytes
 * are those of UTF-8.
 */
const ESCAPE = new RegExp([
    String.raw `\\u${HEX}{4}|\\u\{${HEX}{1,6}\}`,
    ...['%', String.raw `\\x`].map((mark) => {
        const more = `${mark}[89abAB]${HEX}`;
        return `${mark}[cdCD]${HEX}${more}|${mark}[eE]${HEX}(?:${more}){2}|${mark}[fF][0-4](?:${more}){3}|${mark}${HEX}{2}`;
    }),
    // A shell's, of bytes: \303\274.
    ...[
        String.raw `\\3[0-3][0-7]${OCTAL_MORE}`,
        String.raw `\\3[45][0-7](?:${OCTAL_MORE}){2}`,
        String.raw `\\36[0-4](?:${OCTAL_MORE}){3}`,
        String.raw `\\[0-3][0-7]{2}`,
    ],
    String.raw `\\[nrtbf]|\\[^0-9a-zA-Z\s]|\\ `,
    UNSEEN,
    `<br>|&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX]${HEX}{1,6});`,
].join('|'), 'g');
const MAY_ESCAPE = new RegExp(String.raw `[\\%&]|<br>|${UNSEEN}`);
const CONTROLS = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const HIGHEST_CODE_POINT = 0x10ffff;
/**
 * What programs write for a character that would end a quotation or mean something else: `'\''` and `'"'"'` by shells,
 * `''` by SQL and YAML, `""` by CSV, `$$` by Compose, `%%` by systemd.
 */
const QUOTED = /(?:'\\''|'"'"'|')+|"{2,}|\${2,}|%{2,}/g;
const MAY_QUOTE = /'['"\\]|""|\$\$|%%/;
const WITHIN_BASE64 = /\r?\n(?<=[A-Za-z0-9+/]{64}\r?\n)(?=[A-Za-z0-9+/=])/g;
const OF_QUOTATIONS = /['"$%]/;
/** The text with every escape of every kind read once, or undefined when there is none. */
function unescapeOnce(text) {
    return MAY_ESCAPE.test(text) ? rewrite(text, ESCAPE, readEscape) : undefined;
}
/**
 * The text with each of these characters once where there are several, or undefined when there is no such place. Not
 * what the program has read, because two may be meant; secrets are looked for that have been treated alike.
 */
function collapseQuotations(text) {
    return MAY_QUOTE.test(text) ? rewrite(text, QUOTED, (found) => found.charAt(0)) : undefined;
}
/** Long base64 as one line, or undefined when none goes on in the next. Programs break it after 64 or 76 characters. */
function joinBase64(text) {
    return text.includes('\n') ? rewrite(text, WITHIN_BASE64, () => '') : undefined;
}
/** Whether quotations can change how the text is written. */
function hasQuotations(text) {
    return OF_QUOTATIONS.test(text);
}
function rewrite(text, what, read) {
    const parts = [];
    /** Where each escape was, and where what it stands for is now. */
    const originals = [];
    const places = [];
    let done = 0;
    let length = 0;
    for (const { 0: found, index } of text.matchAll(what)) {
        const value = read(found);
        parts.push(text.slice(done, index), value);
        const from = length + index - done;
        done = index + found.length;
        length = from + value.length;
        originals.push({ from: index, to: done });
        places.push({ from, to: length });
    }
    if (places.length === 0)
        return undefined;
    parts.push(text.slice(done));
    /** The escape that stands for what is on both sides of the position, or the position itself as a range of nothing. */
    const originalAt = (at) => {
        const count = countUntil(places, at);
        if ((places[count]?.from ?? at) < at)
            return originals[count];
        const position = (originals[count - 1]?.to ?? 0) + at - (places[count - 1]?.to ?? 0);
        return { from: position, to: position };
    };
    return {
        text: parts.join(''),
        originalOf: ({ from, to }) => ({ from: originalAt(from).from, to: originalAt(to).to }),
    };
}
/** How many of the ranges, which are in order, end at the position or before it. */
function countUntil(ranges, at) {
    let low = 0;
    let high = ranges.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if ((ranges[middle]?.to ?? 0) <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
function readEscape(found) {
    if (found.length === 1)
        return '';
    if (found.startsWith('<'))
        return '\n';
    if (found.startsWith('&'))
        return readEntity(found.slice(1, -1).toLowerCase()) ?? found;
    if (found.startsWith('%') || /^\\x/i.test(found))
        return readBytes(found);
    if (/^\\[0-3]/.test(found))
        return readBytes(found);
    const kind = found.charAt(1);
    if (found.length === 2)
        return CONTROLS[kind] ?? (/[a-z]/i.test(kind) ? found : kind);
    const code = Number.parseInt(found.replace(/[^0-9a-f]/gi, ''), 16);
    // One half of a pair of surrogates stays one: the other half is the next escape.
    if (found.length === 6 && !found.includes('{'))
        return String.fromCharCode(code);
    return characterOf(code) ?? found;
}
function readEntity(name) {
    if (!name.startsWith('#'))
        return ENTITIES[name];
    return characterOf(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}
function readBytes(found) {
    const isOctal = /^\\[0-3]/.test(found);
    const digits = found.match(isOctal ? /[0-7]{3}/g : /[0-9a-f]{2}/gi) ?? [];
    const bytes = digits.map((byte) => Number.parseInt(byte, isOctal ? 8 : 16));
    // A single byte from 128 on is no UTF-8, and what \xe4 means in JavaScript and Python.
    return bytes.length === 1 ? String.fromCharCode(...bytes) : Buffer.from(bytes).toString();
}
function characterOf(code) {
    return code <= HIGHEST_CODE_POINT ? String.fromCodePoint(code) : undefined;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/secret-forms.js




/** A line of a longer secret shorter than this is no secret (`{`, `}`), and masking it would shred the log. */
const SHORTEST_LINE = 4;
const SHORTEST_ENCODED = 8;
/** Shorter ones are among the numbers and short digests of an ordinary log. */
const SHORTEST_HEX = 12;
const PEM_BOUNDARY = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;
/**
 * The forms in which a secret is likely to appear in a log: its lines (a log is masked line by line), those as they
 * are after control characters are gone and escapes are read, the same escaped for JSON, HTML and URLs, in
 * hexadecimal, and base64 at each of the three byte offsets. Longest first. They are few, because the runner is told
 * each of them; forms that a program makes by other rules are found by reading them (see Masker).
 */
function secretForms(secret) {
    const forms = new Set();
    addForms(forms, secret);
    const unquoted = /^(["'`])(.+)\1$/s.exec(secret.trim())?.[2] ?? '';
    if (!isTooCommonToMask(unquoted))
        addForms(forms, unquoted);
    for (const form of forms) {
        if (form.trim() === '' || form.includes('\n'))
            forms.delete(form);
    }
    return [...forms].sort((a, b) => b.length - a.length);
}
/** The secret where its line breaks are kept: its lines by themselves may be too short to be masked. */
function multiLineForms(secret) {
    const trimmed = secret.trim().replaceAll('\r\n', '\n');
    // The boundary of a key stays readable.
    if (!trimmed.includes('\n') || trimmed.length < SHORTEST_ENCODED || trimmed.startsWith('-----'))
        return [];
    return [...new Set([trimmed, removeControlCharacters(trimmed)])];
}
/** True when masking the value would hide ordinary words of every log: `1`, `on`, `true`. */
function isTooCommonToMask(value) {
    const trimmed = value.trim();
    return trimmed.length < SHORTEST_LINE || /^(?:true|false|null|none|info|debug|warn|error)$/i.test(trimmed);
}
/** True for a secret of several lines of which none is long enough to be masked where it stands alone. */
function hasNoLineToMask(value) {
    return value.trim() !== '' && secretLines(value).length === 0;
}
function addForms(forms, secret) {
    // Space around it is no part of the secret, and hides no form of it.
    const whole = secret.trim();
    const lines = secretLines(secret);
    for (const line of [secret, whole, ...lines])
        forms.add(line);
    for (const value of new Set([whole, ...lines])) {
        if (PEM_BOUNDARY.test(value))
            continue;
        for (const spelling of spellingsOf(value))
            if (!isTooCommonToMask(spelling))
                forms.add(spelling);
        // The lines by themselves may be too short to be masked.
        if (inOneLine(value).length >= SHORTEST_ENCODED)
            forms.add(inOneLine(value));
        // Of a line of a key only the usual ones: every form of every line would slow down the runner's masking.
        const escaped = value === whole && !value.includes('\n') ? escapedForms(value) : usualEscapedForms(value);
        for (const form of escaped)
            if (form !== value && form.length >= SHORTEST_LINE)
                forms.add(form);
    }
    // A registry's credentials are JSON in base64.
    for (const text of new Set([secret, whole, jsonForm(whole)]))
        addBase64(forms, text);
    addHex(forms, whole);
}
function secretLines(secret) {
    const lines = secret.split(/\r\n|\n|\r/).map((line) => line.trim());
    const filled = lines.filter((line) => line !== '');
    if (filled.length <= 1)
        return filled;
    return filled.filter((line) => line.length >= SHORTEST_LINE && !PEM_BOUNDARY.test(line));
}
/** The value as it is printed by what drops or changes characters of it: our own quotations, and what reads escapes. */
function spellingsOf(value) {
    const clean = [value, removeTerminalCodes(value)].map(removeControlCharacters);
    const read = unescapeOnce(value)?.text;
    const lines = [...clean, ...clean.filter((line) => !line.includes('\n')).map(inOneLine)];
    // None is ASCII, as a key is, which every start masks line by line.
    const isAscii = Buffer.byteLength(value) === value.length;
    const marked = isAscii ? [] : [withoutFormatMarks(value), withVisibleFormatMarks(value)];
    return [...lines, ...marked, ...(read === undefined ? [] : secretLines(read))];
}
function addHex(forms, value) {
    const hex = Buffer.from(value, 'utf8').toString('hex');
    if (hex.length < SHORTEST_HEX)
        return;
    forms.add(hex);
    forms.add(hex.toUpperCase());
}
function addBase64(forms, value) {
    const bytes = Buffer.from(value, 'utf8');
    for (const offset of [0, 1, 2]) {
        const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
            .toString('base64')
            .replace(/=+$/, '');
        // Characters at both ends also depend on the neighbouring bytes, so only the inner ones always appear.
        const start = Math.ceil((offset * 8) / 6);
        const whole = (offset + bytes.length) % 3 === 0;
        const inner = encoded.slice(start, whole ? encoded.length : -1);
        if (inner.length >= SHORTEST_ENCODED) {
            forms.add(inner);
            forms.add(inner.replaceAll('+', '-').replaceAll('/', '_'));
        }
    }
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/sizes.js
const UNIT_BYTES = {
    B: 1,
    KB: 1000,
    MB: 1000 ** 2,
    GB: 1000 ** 3,
    TB: 1000 ** 4,
    KiB: 1024,
    MiB: 1024 ** 2,
    GiB: 1024 ** 3,
    TiB: 1024 ** 4,
};
/**
 * Reads `10MB` (10,000,000), `512MiB` (536,870,912), `1.5GB` or `800B` as whole bytes.
 * Returns undefined for anything else: `10m` means megabytes to some tools and mebibytes to others.
 */
function parseSizeBytes(text) {
    const parts = /^(\d{1,12}(?:\.\d{1,3})?)(B|[KMGT]i?B)$/.exec(text);
    const unit = UNIT_BYTES[parts?.[2] ?? ''];
    if (parts === null || unit === undefined)
        return undefined;
    const bytes = Math.round(Number(parts[1]) * unit);
    return Number.isSafeInteger(bytes) ? bytes : undefined;
}
/** Writes bytes for people, in decimal units: `0 B`, `999 B`, `1.5 kB`, `23 MB`. */
function formatBytes(bytes) {
    let amount = Math.max(0, bytes);
    let index = 0;
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    while (amount >= 999.5 && index < units.length - 1) {
        amount /= 1000;
        index += 1;
    }
    return `${index === 0 || amount >= 9.95 ? Math.round(amount) : amount.toFixed(1)} ${units[index]}`;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/input-reader.js









/** All that is wrong with the inputs, at once. The first line names every input concerned. */
class InputError extends src/* ExplainedError */.h {
    name = 'InputError';
    problems;
    constructor(problems) {
        const names = [...new Set(problems.map((problem) => problem.input))];
        const only = problems[0];
        super(problems.length === 1 && only !== undefined
            ? only.sentence
            : [
                `${problems.length} problems with the ${names.length === 1 ? 'input' : 'inputs'} ${names.join(', ')}.`,
                ...problems.map((problem) => `- ${problem.sentence}`),
            ].join('\n'));
        this.problems = problems;
    }
}
/**
 * Reads an action's inputs from the environment that the runner sets. A wrong input does not throw: it is
 * remembered, a placeholder is returned, and `finish()` throws one InputError with all of them.
 * The plain methods want a value (the default lives in action.yml); the `optional…` ones give undefined when
 * the input is empty.
 */
class InputReader {
    #env;
    #onSecret;
    #problems = [];
    #namesRead = new Set();
    #remarks = [];
    constructor(env, onSecret = () => { }) {
        this.#env = env;
        this.#onSecret = onSecret;
    }
    /** Every input asked for so far: the contract test compares it with action.yml. */
    get namesRead() {
        return [...this.#namesRead];
    }
    get problems() {
        return [...this.#problems];
    }
    /** Things the user should know that are no error, such as a secret too short to be masked. */
    get remarks() {
        return [...this.#remarks];
    }
    /** One line of text; empty when the input is. */
    text(name) {
        return this.optionalText(name) ?? '';
    }
    optionalText(name) {
        return this.#singleLine(name);
    }
    /** One line of text that must be given. */
    required(name) {
        return this.#given(name, this.optionalText(name)) ?? '';
    }
    /** Text that may have several lines; empty when the input is. */
    multilineText(name) {
        return this.#read(name) ?? '';
    }
    /** A secret of one or several lines, trimmed as every input is. It is masked before this returns. */
    optionalSecret(name) {
        this.#maskValue(name, this.#env[variableName(name)] ?? '');
        return this.#read(name);
    }
    secret(name) {
        return this.#given(name, this.optionalSecret(name)) ?? '';
    }
    /** `true | True | TRUE | false | False | FALSE`, as in YAML 1.2 and @actions/core. */
    boolean(name) {
        const text = this.#given(name, this.#singleLine(name));
        if (text === undefined)
            return false;
        if (['true', 'True', 'TRUE'].includes(text))
            return true;
        if (!['false', 'False', 'FALSE'].includes(text)) {
            this.problem(name, `must be true or false, not ${quoteBriefly(text)}`);
        }
        return false;
    }
    integer(name, range = {}) {
        return this.#given(name, this.optionalInteger(name, range)) ?? range.min ?? 0;
    }
    optionalInteger(name, range = {}) {
        return this.#number(name, /^-?\d{1,15}$/, 'a whole number', range);
    }
    /** A decimal number such as `0.5`. */
    number(name, range = {}) {
        return this.#given(name, this.optionalNumber(name, range)) ?? range.min ?? 0;
    }
    optionalNumber(name, range = {}) {
        return this.#number(name, /^-?\d{1,12}(?:\.\d{1,9})?$/, 'a number', range);
    }
    /** A share written as `1%` or `0.01`, returned as 0 to 1; a bare `1` is refused. */
    ratio(name) {
        return this.#given(name, this.optionalRatio(name)) ?? 0;
    }
    optionalRatio(name) {
        const text = this.#singleLine(name);
        if (text === undefined)
            return undefined;
        const parts = /^(\d{1,3}(?:\.\d{1,9})?)(%?)$/.exec(text);
        const value = parts === null ? Number.NaN : Number(parts[1]) / (parts[2] === '%' ? 100 : 1);
        // Whoever writes 1 means one percent; everything, which is no limit at all, has to be written as 100%.
        if (value === 1 && parts?.[2] === '') {
            this.problem(name, `is ${quoteBriefly(text)}, which is not clear; write 1% or 0.01, or 100% for all`);
            return 0;
        }
        if (value >= 0 && value <= 1)
            return value;
        this.problem(name, `must be a share from 0% to 100%, like 1% or 0.01, not ${quoteBriefly(text)}`);
        return 0;
    }
    /** `90s`, `5m`, `1h30m`, `250ms`, in milliseconds; the range too. */
    duration(name, range = {}) {
        return this.#given(name, this.optionalDuration(name, range)) ?? 0;
    }
    optionalDuration(name, range = {}) {
        const text = this.#singleLine(name);
        if (text === undefined)
            return undefined;
        const durationMs = (0,durations/* parseDurationMs */.yi)(text);
        if (durationMs === undefined) {
            if (/^(?:\d+(?:h|m|s|ms))+$/.test(text) && (0,durations/* parseDurationMs */.yi)(text.replaceAll(/\d+/g, '0')) === 0) {
                this.problem(name, `must be at most ${(0,durations/* formatDuration */.a3)(durations/* longestDurationMs */.TD)} (24 days), not ${quoteBriefly(text)}`);
                return 0;
            }
            const hint = /^\d+$/.test(text) ? ` (did you mean ${text}s?)` : '';
            this.problem(name, `must be a duration like 90s, 5m, 1h30m or 250ms, not ${quoteBriefly(text)}${hint}`);
            return 0;
        }
        return this.#inRange(name, durationMs, text, range, (limit) => (0,durations/* formatDuration */.a3)(limit).replace(' ', ''));
    }
    /** `10MB`, `512MiB`, in bytes; the range too. */
    size(name, range = {}) {
        return this.#given(name, this.optionalSize(name, range)) ?? 0;
    }
    optionalSize(name, range = {}) {
        const text = this.#singleLine(name);
        if (text === undefined)
            return undefined;
        const bytes = parseSizeBytes(text);
        if (bytes === undefined) {
            this.problem(name, `must be a size like 10MB, 512MiB or 2GB, not ${quoteBriefly(text)}`);
            return 0;
        }
        return this.#inRange(name, bytes, text, range, exactSize);
    }
    /** Items separated by line breaks or commas; trimmed, without empty ones. */
    list(name) {
        const text = this.#read(name) ?? '';
        return text
            .split(/[,\n]/)
            .map((item) => item.trim())
            .filter((item) => item !== '');
    }
    /** One item a line; commas belong to the item. */
    lines(name) {
        return (this.#read(name) ?? '')
            .split(/\r\n|\n/)
            .map((line) => line.trim())
            .filter((line) => line !== '');
    }
    /** One `KEY=value` a line; the value is everything after the first `=`. */
    keyValues(name, options = {}) {
        // Not trimmed as a whole: the last value may end in a space that belongs to it.
        const text = this.#read(name, { trim: false }) ?? '';
        const { entries, problems } = parseKeyValues(text, options);
        if (options.secret === true) {
            for (const [key, value] of entries)
                this.#maskValue(`${key} in ${name}`, value);
            // Lines that are no KEY=value may be pieces of a secret: masked too, before anything is printed.
            if (problems.length > 0 && text.trim() !== '')
                this.#onSecret(text);
        }
        for (const problem of problems)
            this.#add(name, `Input ${name}: ${problem.sentence}.`);
        return entries;
    }
    oneOf(name, choices) {
        return this.#given(name, this.optionalOneOf(name, choices)) ?? choices[0];
    }
    optionalOneOf(name, choices) {
        const text = this.#singleLine(name);
        if (text === undefined)
            return undefined;
        const choice = choices.find((candidate) => candidate === text);
        if (choice === undefined) {
            this.problem(name, `must be one of ${choices.join(', ')}, not ${quoteBriefly(text)}`);
            return choices[0];
        }
        return choice;
    }
    /** An IP address and a port: `127.0.0.1:8080`, `[::1]:8080`. */
    address(name) {
        return this.#given(name, this.optionalAddress(name)) ?? { host: '127.0.0.1', port: 1 };
    }
    optionalAddress(name) {
        const text = this.#singleLine(name);
        return text === undefined ? undefined : this.check(name, () => parseAddress(text));
    }
    /** A host name or an IP address (IPv6 without brackets). */
    host(name) {
        return this.#given(name, this.optionalHost(name)) ?? '';
    }
    optionalHost(name) {
        const text = this.#singleLine(name);
        return text === undefined ? undefined : (this.check(name, () => parseHost(text)) ?? '');
    }
    port(name) {
        return this.integer(name, { min: 1, max: 65_535 });
    }
    optionalPort(name) {
        return this.optionalInteger(name, { min: 1, max: 65_535 });
    }
    /** A path of a URL, `/healthz?deep=1`: starts with a slash, no spaces, no fragment. */
    optionalUrlPath(name) {
        const text = this.#singleLine(name);
        if (text === undefined)
            return undefined;
        if (!text.startsWith('/'))
            this.problem(name, `must start with /, like /healthz, not ${quoteBriefly(text)}`);
        else if (!/^[\x21-\x22\x24-\x7e]*$/.test(text)) {
            this.problem(name, 'must be a path without spaces, # and letters outside ASCII (write those as %20)');
        }
        return text;
    }
    /** A command as a list of arguments (see parseCommandLine); undefined when the input is empty. */
    optionalCommand(name) {
        const text = this.#read(name);
        return text === undefined ? undefined : (this.check(name, () => parseCommandLine(text)) ?? []);
    }
    /** Runs a check of one's own; what it throws becomes a problem of this input. */
    check(name, action) {
        this.#namesRead.add(name);
        try {
            return action();
        }
        catch (error) {
            this.#refuse(name, error);
            return undefined;
        }
    }
    async checkAsync(name, action) {
        this.#namesRead.add(name);
        try {
            return await action();
        }
        catch (error) {
            this.#refuse(name, error);
            return undefined;
        }
    }
    /** Adds a problem; `what` continues the words "Input NAME …" and has no full stop. */
    problem(name, what) {
        this.#add(name, `Input ${name} ${what}.`);
    }
    /** @throws InputError with every problem found, when there is any */
    finish() {
        if (this.#problems.length > 0)
            throw new InputError(this.#problems);
    }
    #refuse(name, error) {
        // Anything but an explained error is our own bug and must not be blamed on the input.
        if (!(error instanceof src/* ExplainedError */.h))
            throw error;
        const sentence = (0,src/* sentenceOf */.$)(error);
        if (/^[a-z]/.test(sentence))
            this.problem(name, sentence.replace(/\.$/, ''));
        else
            this.#add(name, sentence);
    }
    /** An input may be asked for more than once; what is wrong with it is said once. */
    #add(input, sentence) {
        const shown = withVisibleFormatMarks(sentence);
        const isTold = this.#problems.some((told) => told.input === input && told.sentence === shown);
        if (!isTold)
            this.#problems.push({ input, sentence: shown });
    }
    #read(name, options = { trim: true }) {
        this.#namesRead.add(name);
        const raw = this.#env[variableName(name)] ?? '';
        if (raw.trim() === '')
            return undefined;
        if (raw.includes('\0')) {
            this.problem(name, 'holds a NUL character');
            return raw.replaceAll('\0', '').trim();
        }
        return options.trim ? raw.trim() : raw;
    }
    #singleLine(name) {
        const text = this.#read(name);
        if (text === undefined || !/[\r\n]/.test(text))
            return text;
        this.problem(name, 'must be a single line');
        return undefined;
    }
    #given(name, value) {
        const isReported = this.#problems.some((problem) => problem.input === name);
        if (value === undefined && !isReported)
            this.problem(name, 'is required and was not given');
        return value;
    }
    #number(name, pattern, kind, range) {
        const text = this.#singleLine(name);
        if (text === undefined)
            return undefined;
        if (!pattern.test(text)) {
            this.problem(name, `must be ${kind}${describeRange(range, String)}, not ${quoteBriefly(text)}`);
            return range.min ?? 0;
        }
        return this.#inRange(name, Number(text), text, range, String);
    }
    #inRange(name, value, text, range, write) {
        if (value >= (range.min ?? -Infinity) && value <= (range.max ?? Infinity))
            return value;
        this.problem(name, `must be${describeRange(range, write)}, not ${quoteBriefly(text)}`);
        return range.min ?? range.max ?? 0;
    }
    #maskValue(whose, value) {
        if (value.trim() === '')
            return;
        if (isTooCommonToMask(value)) {
            this.#remark(`The value of ${whose} is too short or too common to be masked: masking it would black out ordinary words of the log.`);
            return;
        }
        this.#onSecret(value);
        if (hasNoLineToMask(value)) {
            this.#remark(`The lines of ${whose} are too short to be masked one by one: masking them would black out ordinary words of the log.`);
        }
    }
    #remark(sentence) {
        if (!this.#remarks.includes(sentence))
            this.#remarks.push(sentence);
    }
}
function variableName(input) {
    return `INPUT_${input.replaceAll(' ', '_').toUpperCase()}`;
}
/** A limit in a unit in which it is a whole number, as the input takes it. */
function exactSize(bytes) {
    const units = [
        ['GiB', 1024 ** 3],
        ['MiB', 1024 ** 2],
        ['KiB', 1024],
    ];
    const unit = units.find(([, size]) => bytes > 0 && bytes % size === 0);
    return unit ? `${bytes / unit[1]}${unit[0]}` : `${bytes}B`;
}
function describeRange(range, write) {
    if (range.min !== undefined && range.max !== undefined)
        return ` from ${write(range.min)} to ${write(range.max)}`;
    if (range.min !== undefined)
        return ` at least ${write(range.min)}`;
    if (range.max !== undefined)
        return ` at most ${write(range.max)}`;
    return '';
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/log.js


/** GitHub cuts an annotation here, and shows 10 of each kind a step (actions/runner, ExecutionContext.cs). */
const ANNOTATION_LIMIT_CHARACTERS = 4096;
const ANNOTATIONS_PER_STEP = 10;
const PROGRESS_EVERY_MS = 1000;
class StepLog {
    #commands;
    #masker;
    #nowMs;
    #annotations = { notice: 0, warning: 0, error: 0 };
    #progress = new Map();
    #openGroups = 0;
    constructor(commands, masker, nowMs = () => performance.now()) {
        this.#commands = commands;
        this.#masker = masker;
        this.#nowMs = nowMs;
    }
    info(message) {
        this.#commands.info(disarmCommands(this.#masker.mask(message)));
    }
    notice(message) {
        this.#annotate('notice', message, ANNOTATIONS_PER_STEP);
    }
    warning(message) {
        this.#annotate('warning', message, ANNOTATIONS_PER_STEP);
    }
    error(message) {
        // The last place is kept for the reason why the step failed.
        this.#annotate('error', message, ANNOTATIONS_PER_STEP - 1);
    }
    /** The one annotation that says why the step failed; always shown. */
    failure(message) {
        this.#annotate('error', message, Number.POSITIVE_INFINITY);
    }
    debug(message) {
        this.#commands.debug(this.#masker.mask(message));
    }
    untrusted(text, options = {}) {
        const maxLines = options.maxLines ?? 200;
        const plain = plainLines(text);
        if (plain.length === 0)
            return;
        // Together, because a secret may go on in the next line.
        const lines = this.#masker.mask(plain.join('\n')).split('\n');
        if (lines.length > maxLines)
            this.info(`  | … (${lines.length - maxLines} earlier lines left out)`);
        for (const line of lines.slice(-maxLines))
            this.info(`  | ${line}`);
    }
    progress(topic, message) {
        const last = this.#progress.get(topic);
        const atMs = this.#nowMs();
        if (last !== undefined && (last.message === message || atMs - last.atMs < PROGRESS_EVERY_MS))
            return;
        this.#progress.set(topic, { message, atMs });
        this.info(message);
    }
    async group(title, action) {
        // Groups do not nest on GitHub: an inner one would end the outer.
        const isOutermost = this.#openGroups === 0;
        const line = this.#masker.mask(title).replace(/[\r\n]+/g, ' ');
        if (isOutermost)
            this.#commands.startGroup(line);
        else
            this.info(`— ${line}`);
        this.#openGroups += 1;
        try {
            return await action();
        }
        finally {
            this.#openGroups -= 1;
            if (isOutermost)
                this.#commands.endGroup();
        }
    }
    /** Ends a group that is still open, so that the failure's sentence is not folded away. */
    closeGroups() {
        if (this.#openGroups > 0)
            this.#commands.endGroup();
        this.#openGroups = 0;
    }
    #annotate(kind, message, limit) {
        // Masked again, because what is taken away may have stood in the middle of a secret.
        const masked = this.#masker.mask(withoutFormatMarks(this.#masker.mask(message)));
        this.#annotations[kind] += 1;
        if (this.#annotations[kind] > limit)
            this.info(`${kind}: ${masked}`);
        else
            this.#commands[kind](cut(masked));
    }
}
function cut(message) {
    return message.length <= ANNOTATION_LIMIT_CHARACTERS
        ? message
        : `${message.slice(0, ANNOTATION_LIMIT_CHARACTERS - 2)} …`;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/cut-secrets.js
/** A shorter piece says too little of a secret, and would too often be a piece of an ordinary word. */
const SHORTEST_PIECE = 4;
/** `-----BEGIN … PRIVATE KEY-----` is in sentences of our own. */
const PEM_BOUNDARY_PIECE = /^(?:-----[A-Z0-9 ]*-{0,5}|[A-Z0-9 ]*-----)$/;
/** Of a secret that is a URL, however its signs are escaped. */
const SCHEME = /^[a-z][a-z0-9+.-]{0,30}(?::|%3a)(?:\\?\/|%2f){2}/i;
/** Our own mark of a cut, and the one that Docker and many programs set. */
const CUT_MARKS = /(?:…|\.{3,})+/gu;
/**
 * Where a text was cut through a secret: the start of a form before a mark of a cut, the end of one behind it, or
 * the middle of one between two. Space, and the sign for half a character, may stand between.
 */
function cutSecretRanges(text, forms) {
    const ranges = [];
    const withPiece = (piece) => (piece.length < SHORTEST_PIECE ? [] : forms.formsWith(piece));
    let lastMarkTo;
    for (const mark of text.matchAll(CUT_MARKS)) {
        const from = skipBack(text, mark.index);
        const to = mark.index + mark[0].length;
        for (const end of new Set([from, mark.index])) {
            const tail = text.slice(Math.max(0, end - SHORTEST_PIECE), end);
            for (const form of withPiece(tail)) {
                const length = startBefore(text, end, tail, form);
                if (length > 0 && length > schemeLength(form))
                    ranges.push({ from: end - length, to: end });
            }
        }
        const start = to + (/^\uFFFD+/.exec(text.slice(to, to + 4))?.[0].length ?? 0);
        const head = text.slice(start, start + SHORTEST_PIECE);
        for (const form of withPiece(head)) {
            const length = endBehind(text, start, head, form);
            if (length > 0)
                ranges.push({ from: start, to: start + length });
        }
        if (lastMarkTo !== undefined && from - lastMarkTo >= SHORTEST_PIECE) {
            const between = text.slice(lastMarkTo, from);
            const isSecret = (form) => form.lastIndexOf(between) + between.length > schemeLength(form);
            if (forms.formsWith(between).some(isSecret))
                ranges.push({ from: lastMarkTo, to: from });
        }
        lastMarkTo = start;
    }
    return ranges.filter(({ from, to }) => !PEM_BOUNDARY_PIECE.test(text.slice(from, to)));
}
/** A scheme is no secret, and a word of ordinary sentences: "Waiting for postgres...". */
function schemeLength(form) {
    return SCHEME.exec(form)?.[0].length ?? 0;
}
/** By hand: a regular expression for space at an end takes quadratic time on a text of spaces. */
function skipBack(text, from) {
    let at = from;
    while (at > 0 && /[\s\uFFFD]/.test(text[at - 1] ?? ''))
        at -= 1;
    return at;
}
/** Length of the longest start of the form that ends here, 0 for none. `tail` are the last characters before. */
function startBefore(text, end, tail, form) {
    for (let at = form.lastIndexOf(tail); at >= 0; at = at === 0 ? -1 : form.lastIndexOf(tail, at - 1)) {
        let same = 0;
        const before = end - SHORTEST_PIECE;
        while (same < at && form[at - 1 - same] === text[before - 1 - same])
            same += 1;
        if (same === at)
            return at + SHORTEST_PIECE;
    }
    return 0;
}
/** Length of the longest end of the form that starts here, 0 for none. `head` are the first characters. */
function endBehind(text, start, head, form) {
    for (let at = form.indexOf(head); at >= 0; at = form.indexOf(head, at + 1)) {
        let same = SHORTEST_PIECE;
        while (at + same < form.length && form[at + same] === text[start + same])
            same += 1;
        if (at + same === form.length)
            return same;
    }
    return 0;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/form-index.js
/** Forms are found by their first characters, all of them in one walk over the text, however many there are. */
const KEY_LENGTH = 4;
/** Every four characters of a text are looked up here first; almost none are of a secret. */
const SIEVE_BITS = 16;
/** Finds any of many strings in a text. */
class FormIndex {
    #forms;
    #short = [];
    #byStart = new Map();
    #sieve = new Uint8Array(1 << SIEVE_BITS);
    #byPiece;
    constructor(forms) {
        this.#forms = [...forms];
        for (const form of this.#forms) {
            if (form.length < KEY_LENGTH)
                this.#short.push(form);
            else {
                const key = keyAt(form, 0);
                this.#sieve[slotOf(key)] = 1;
                const known = this.#byStart.get(key);
                if (known === undefined)
                    this.#byStart.set(key, [form]);
                else
                    known.push(form);
            }
        }
    }
    get isEmpty() {
        return this.#forms.length === 0;
    }
    /** Where forms are in the text. The ranges may overlap, and are in no order. */
    rangesIn(text) {
        const ranges = [];
        for (const form of this.#short)
            addRangesOf(form, text, ranges);
        if (this.#byStart.size === 0)
            return ranges;
        const sieve = this.#sieve;
        let key = keyAt(text, 0);
        for (let from = 0; from + KEY_LENGTH <= text.length; from += 1) {
            if (sieve[slotOf(key)] === 1) {
                for (const form of this.#byStart.get(key) ?? []) {
                    if (text.startsWith(form, from))
                        ranges.push({ from, to: from + form.length });
                }
            }
            key = withNext(key, text.charCodeAt(from + KEY_LENGTH));
        }
        return ranges;
    }
    /** The forms that have these characters anywhere; made when first asked, because few texts need it. */
    formsWith(piece) {
        this.#byPiece ??= piecesOf(this.#forms);
        const found = this.#byPiece.get(piece.slice(0, KEY_LENGTH)) ?? [];
        return piece.length > KEY_LENGTH ? found.filter((form) => form.includes(piece)) : found;
    }
}
function keyAt(text, at) {
    let key = 0;
    for (let index = at; index < at + KEY_LENGTH; index += 1)
        key = withNext(key, text.charCodeAt(index));
    return key;
}
/** The last four characters, eight bits of each, so that the oldest falls out by itself. */
function withNext(key, code) {
    return (key << 8) | (code & 0xff);
}
function slotOf(key) {
    return Math.imul(key, 0x9e3779b1) >>> (32 - SIEVE_BITS);
}
function addRangesOf(form, text, ranges) {
    for (let from = text.indexOf(form); from >= 0; from = text.indexOf(form, from + 1)) {
        ranges.push({ from, to: from + form.length });
    }
}
function piecesOf(forms) {
    const byPiece = new Map();
    for (const form of forms) {
        for (let at = 0; at + KEY_LENGTH <= form.length; at += 1) {
            const piece = form.slice(at, at + KEY_LENGTH);
            const known = byPiece.get(piece);
            if (known === undefined)
                byPiece.set(piece, [form]);
            else if (known.at(-1) !== form)
                known.push(form);
        }
    }
    return byPiece;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/text-range.js
/** In order; ranges that overlap become one: hidden one after the other, the first would leave half of the second. */
function mergeRanges(ranges) {
    const merged = [];
    for (const range of ranges.toSorted((a, b) => a.from - b.from)) {
        const last = merged.at(-1);
        if (last !== undefined && range.from < last.to) {
            merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
        }
        else
            merged.push(range);
    }
    return merged;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/masker.js





/** JSON in JSON in a URL in HTML is as far as anybody goes; a hostile text could go on for ever. */
const MOST_LAYERS = 4;
/** Shorter ones are in the escapes of every text: `%31`, `\\x31`. */
const SHORTEST_ESCAPED = 4;
const SHORTEST_READ = 2;
/**
 * Knows every secret of this run and removes it from text that the runner does not mask for us (the job
 * summary, outputs) and, before the runner does, from the log.
 */
class Masker {
    #forms = new Set();
    #onForm;
    #index;
    /** The forms that quotations change, as they are in a text whose quotations are collapsed. */
    #collapsed;
    /** `onForm` is told each new form once, so that it can be registered with the runner. */
    constructor(onForm = () => { }) {
        this.#onForm = onForm;
    }
    add(secret) {
        if (secret.trim() === '')
            return;
        for (const form of secretForms(secret)) {
            if (this.#forms.has(form))
                continue;
            this.#forms.add(form);
            this.#onForm(form);
        }
        // Not for the runner, which would mask each of the lines as well, however short.
        for (const form of multiLineForms(secret))
            this.#forms.add(form);
        this.#index = undefined;
        this.#collapsed = undefined;
    }
    /** Also masks what is left of a secret beside the mark of a cut: text is cut where the secrets are not known. */
    mask(text) {
        let masked = '';
        let done = 0;
        for (const { from, to } of mergeRanges(this.#rangesIn(text, withCuts))) {
            masked += `${text.slice(done, from)}***`;
            done = to;
        }
        return masked + text.slice(done);
    }
    isSecretIn(text) {
        return this.#rangesIn(text, (layer, index) => index.rangesIn(layer)).length > 0;
    }
    #rangesIn(text, find) {
        this.#index ??= new FormIndex(this.#forms);
        this.#collapsed ??= new FormIndex([...this.#forms].filter(hasQuotations).map((form) => collapseQuotations(form)?.text ?? form));
        return rangesInLayers(text, find, this.#index, this.#collapsed);
    }
}
const withCuts = (layer, index) => [...index.rangesIn(layer), ...cutSecretRanges(layer, index)];
/**
 * What is found in the text, and in the text with its escapes read: whichever characters a program escapes, and
 * however, the secret itself comes out. Each of these is also looked at without its quotations.
 */
function rangesInLayers(text, find, index, collapsed) {
    const ranges = [...find(text, index)];
    const originals = [];
    const add = (found) => {
        for (const one of found) {
            if (one.to - one.from < SHORTEST_READ)
                continue;
            const range = originals.reduce((inner, originalOf) => originalOf(inner), one);
            if (range.to - range.from >= SHORTEST_ESCAPED)
                ranges.push(range);
        }
    };
    const addWithoutQuotations = (layer) => {
        const plain = collapsed.isEmpty ? undefined : collapseQuotations(layer);
        if (plain)
            add(find(plain.text, collapsed).map(plain.originalOf));
    };
    addWithoutQuotations(text);
    const joined = joinBase64(text);
    if (joined)
        add(index.rangesIn(joined.text).map(joined.originalOf));
    let layer = unescapeOnce(text);
    for (let depth = 1; layer !== undefined && depth <= MOST_LAYERS; depth += 1) {
        originals.unshift(layer.originalOf);
        add(find(layer.text, index));
        addWithoutQuotations(layer.text);
        layer = unescapeOnce(layer.text);
    }
    return ranges;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/run-context.js
/** Reads the GITHUB_* variables; see "Default environment variables" in GitHub's documentation. */
function readRunContext(env) {
    const filled = (name) => (env[name] === '' ? undefined : env[name]);
    const serverUrl = filled('GITHUB_SERVER_URL');
    const repository = filled('GITHUB_REPOSITORY');
    const runId = filled('GITHUB_RUN_ID');
    const attempt = Number(filled('GITHUB_RUN_ATTEMPT') ?? Number.NaN);
    const isKnown = serverUrl !== undefined && repository !== undefined && runId !== undefined;
    const suffix = attempt > 1 ? `/attempts/${attempt}` : '';
    return {
        serverUrl,
        apiUrl: filled('GITHUB_API_URL'),
        runUrl: isKnown ? `${serverUrl}/${repository}/actions/runs/${runId}${suffix}` : undefined,
        repository,
        sha: filled('GITHUB_SHA'),
        ref: filled('GITHUB_REF'),
        refName: filled('GITHUB_REF_NAME'),
        actor: filled('GITHUB_ACTOR'),
        eventName: filled('GITHUB_EVENT_NAME'),
        workflow: filled('GITHUB_WORKFLOW'),
        job: filled('GITHUB_JOB'),
        runId,
        runAttempt: Number.isSafeInteger(attempt) ? attempt : undefined,
        workspace: filled('GITHUB_WORKSPACE'),
        temporaryFolder: filled('RUNNER_TEMP'),
    };
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/summary.js

/** GitHub drops a step's whole summary when its file is larger than this. */
const SUMMARY_LIMIT_BYTES = 1024 * 1024;
const CODE_BLOCK_LIMIT = 64 * 1024;
const SYMBOLS = {
    passed: '✅',
    failed: '❌',
    changed: '🔄',
    unknown: '⚠️',
};
/**
 * Builds a job summary. Every block is written as HTML with everything escaped, because HTML blocks are the
 * one form in which text of others cannot become Markdown; no block but code holds an empty line, which would
 * end an HTML block (CommonMark 0.31, section 4.6).
 */
class SummaryBuilder {
    #blocks = [];
    #headline;
    /** The first line of the summary: what a person reads first. A later call replaces it. */
    headline(status, text) {
        this.#headline = `<h3>${SYMBOLS[status]} ${renderInline(text)}</h3>`;
        return this;
    }
    heading(text, level = 4) {
        return this.#add(`<h${level}>${renderInline(text)}</h${level}>`);
    }
    paragraph(text) {
        return this.#add(`<p>${renderInline(text)}</p>`);
    }
    list(items) {
        if (items.length === 0)
            return this;
        return this.#add(['<ul>', ...items.map((item) => `<li>${renderInline(item)}</li>`), '</ul>'].join('\n'));
    }
    table(header, rows) {
        const row = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${renderInline(cell)}</${tag}>`).join('')}</tr>`;
        const lines = header.length > 0 ? [row(header, 'th')] : [];
        return this.#add(['<table>', ...lines, ...rows.map((cells) => row(cells, 'td')), '</table>'].join('\n'));
    }
    /** A block of code or log lines; of a long one the end is kept, because that is where the reason is. */
    code(text) {
        return this.#add(renderCode(text));
    }
    /** A section that is folded until clicked. */
    details(title, fill) {
        const section = new SummaryBuilder();
        fill(section);
        const head = `<details><summary>${renderInline(title)}</summary>`;
        return this.#add([head, ...section.#blocks, '</details>'].join('\n\n'));
    }
    get isEmpty() {
        return this.#headline === undefined && this.#blocks.length === 0;
    }
    /**
     * The Markdown for GITHUB_STEP_SUMMARY, masked and within the limit: blocks that do not fit are left out
     * with a note that says so, rather than GitHub dropping everything.
     */
    render(mask = (text) => text, limitBytes = SUMMARY_LIMIT_BYTES) {
        const blocks = [...(this.#headline === undefined ? [] : [this.#headline]), ...this.#blocks].map(mask);
        const roomForNote = 200;
        let usedBytes = 0;
        let leftOut = 0;
        const kept = [];
        for (const block of blocks) {
            const bytes = Buffer.byteLength(block) + 2;
            if (usedBytes + bytes > limitBytes - roomForNote)
                leftOut += 1;
            else {
                kept.push(block);
                usedBytes += bytes;
            }
        }
        if (leftOut > 0) {
            kept.push(`<p>${leftOut === 1 ? '1 part' : `${leftOut} parts`} of this summary did not fit into GitHub's limit of 1 MiB; the log has everything.</p>`);
        }
        return kept.length === 0 ? '' : `${kept.join('\n\n')}\n\n`;
    }
    #add(block) {
        this.#blocks.push(block);
        return this;
    }
}
function escapeHtml(text) {
    return text
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
}
function renderInline(inline) {
    if (typeof inline === 'string') {
        return escapeHtml(removeControlCharacters(inline))
            .trim()
            .replace(/\s*\n\s*/g, '<br>');
    }
    if (isInlineList(inline))
        return inline.map(renderPart).join('');
    return renderPart(inline);
}
function renderPart(inline) {
    // Parts of a list keep the spaces around them.
    if (typeof inline === 'string')
        return escapeHtml(removeControlCharacters(inline)).replace(/\s*\n\s*/g, '<br>');
    if (isInlineList(inline))
        return inline.map(renderPart).join('');
    if ('code' in inline)
        return `<code>${escapeHtml(plainLines(inline.code).join(' '))}</code>`;
    if ('strong' in inline)
        return `<strong>${renderInline(inline.strong)}</strong>`;
    const isWeb = /^https?:\/\/[^\s]+$/.test(inline.link);
    const text = escapeHtml(removeControlCharacters(inline.text).replaceAll('\n', ' '));
    return isWeb ? `<a href="${escapeHtml(inline.link)}">${text}</a>` : text;
}
function isInlineList(inline) {
    return Array.isArray(inline);
}
function renderCode(text) {
    const lines = plainLines(text);
    let size = 0;
    let first = lines.length;
    while (first > 0 && size + (lines[first - 1]?.length ?? 0) + 1 <= CODE_BLOCK_LIMIT) {
        first -= 1;
        size += (lines[first]?.length ?? 0) + 1;
    }
    const shown = lines.slice(first).map(escapeHtml);
    if (first > 0)
        shown.unshift(`… (${first} earlier lines left out)`);
    return `<pre><code>${shown.join('\n')}</code></pre>`;
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/runner.js







/** Connects to GitHub's runner through @actions/core and the environment of this process. */
function connectToRunner(outputNames, signal) {
    const masker = new Masker((form) => setSecret(form));
    const mask = (value) => masker.add(value);
    const log = new StepLog(core_namespaceObject, masker);
    const summary = new SummaryBuilder();
    return {
        inputs: new InputReader(process.env, mask),
        log,
        summary,
        context: readRunContext(process.env),
        isDebug: isDebug(),
        signal,
        mask,
        masked: (text) => masker.mask(text),
        maskUnlessCommon(value) {
            if (!isTooCommonToMask(value))
                mask(value);
        },
        output(name, value) {
            if (outputNames !== undefined && !outputNames.includes(name)) {
                throw new Error(`The action has no output ${name}.`);
            }
            const text = String(value);
            // GitHub drops a job output that holds a secret; a masked one at least says that there was a value.
            const masked = masker.mask(text);
            if (masked !== text)
                log.warning(`The output ${name} held a secret, which was replaced by ***.`);
            setOutput(name, masked);
        },
        state: {
            save(name, value) {
                if (masker.isSecretIn(value))
                    throw new Error(`The state ${name} must not hold a secret.`);
                saveState(name, value);
            },
            get: (name) => getState(name) || undefined,
        },
        async writeSummary() {
            // Outside GitHub there may be no summary file, and that is no reason to fail.
            if (!process.env.GITHUB_STEP_SUMMARY || summary.isEmpty)
                return;
            const text = summary.render((block) => masker.mask(block));
            await summary_summary.emptyBuffer().addRaw(text).write({ overwrite: true });
        },
    };
}

;// CONCATENATED MODULE: ./build/packages/action-kit/src/run.js




/** After SIGINT the runner waits 7.5 s; a crash gets no more time than a cancelled run to leave tidily. */
const CRASH_GRACE_MS = 7000;
const FLUSH_LIMIT_MS = 1000;
/**
 * Runs an action's main function as a step: an ExplainedError becomes one annotation and the first line of the
 * summary, anything else is reported as our bug with its stack, and the process ends even when something
 * still holds it open. SIGINT and SIGTERM abort `signal`.
 */
function run(main, options = {}) {
    const stopping = new AbortController();
    const runner = connectToRunner(options.outputs, stopping.signal);
    let hasEnded = false;
    let crash;
    const end = async (failure) => {
        if (hasEnded)
            return;
        hasEnded = true;
        for (const remark of runner.inputs.remarks)
            runner.log.warning(remark);
        if (failure !== undefined) {
            process.exitCode = 1;
            reportFailure(runner, failure.error);
        }
        try {
            await runner.writeSummary();
        }
        catch (error) {
            runner.log.warning(`The job summary could not be written: ${(0,src/* sentenceOf */.$)(error)}`);
        }
        await flush(process.stdout);
        await flush(process.stderr);
        // Not a natural end: a forgotten socket must not keep a step alive (and billed) for hours.
        process.exit();
    };
    const stop = (kind, cause) => {
        stopping.abort(new Cancellation(kind, { cause }));
    };
    const onCrash = (error) => {
        if (crash !== undefined)
            return;
        crash = { error };
        setTimeout(() => void end(crash), CRASH_GRACE_MS).unref();
        stop('crashed', error);
    };
    process.on('SIGINT', () => {
        runner.log.info(stopping.signal.aborted ? 'Already stopping safely.' : 'Cancelled: stopping safely.');
        stop('cancelled');
    });
    process.on('SIGTERM', () => {
        stop('terminated');
        // What is known so far is better than nothing, should the kill come before main is done.
        runner.writeSummary().catch(() => { });
    });
    process.on('uncaughtException', onCrash);
    process.on('unhandledRejection', onCrash);
    // A runner that stops reading our log is no reason to stop in the middle of a deploy.
    process.stdout.on('error', () => { });
    process.stderr.on('error', () => { });
    let isSettled = false;
    Promise.resolve()
        .then(() => main(runner))
        .then(() => undefined, (error) => ({ error }))
        .then((failure) => {
        isSettled = true;
        return end(crash ?? failure);
    });
    process.on('beforeExit', () => {
        // Nothing is left that could ever wake main up: say so instead of ending with success.
        if (!isSettled)
            void end(crash ?? { error: new Error('The action waits for something that never happens.') });
    });
}
function reportFailure(runner, error) {
    runner.log.closeGroups();
    const sentence = (0,src/* sentenceOf */.$)(error);
    if (error instanceof src/* ExplainedError */.h) {
        const status = isCancelled(error) ? 'unknown' : 'failed';
        const [firstLine = '', ...otherLines] = sentence.split('\n');
        runner.summary.headline(status, firstLine);
        if (otherLines.length > 0)
            runner.summary.paragraph(otherLines.join('\n'));
        for (const line of describeStack(error))
            runner.log.debug(line);
        runner.log.failure(sentence);
        return;
    }
    const bug = (0,bug_sentence/* bugSentence */.Q)(sentence);
    runner.summary.headline('failed', bug.split('\n')[0] ?? bug);
    void runner.log.group('Stack of the unexpected error', async () => {
        for (const line of describeStack(error))
            runner.log.info(line);
    });
    runner.log.closeGroups();
    runner.log.failure(bug);
}
/** A job that was cancelled has not failed, however its way out is told. */
function isCancelled(error) {
    if (error instanceof Cancellation)
        return error.kind !== 'crashed';
    return error instanceof Error && error.cause !== undefined && isCancelled(error.cause);
}
function describeStack(error, depth = 0) {
    if (!(error instanceof Error))
        return [String(error)];
    const own = (error.stack ?? (0,src/* sentenceOf */.$)(error)).split('\n');
    if (error.cause === undefined || depth >= 5)
        return own;
    return [...own, 'Caused by:', ...describeStack(error.cause, depth + 1)];
}
async function flush(stream) {
    if (stream.destroyed)
        return;
    await new Promise((resolve) => {
        const limit = setTimeout(resolve, FLUSH_LIMIT_MS);
        stream.write('', () => {
            clearTimeout(limit);
            resolve();
        });
    });
}

// EXTERNAL MODULE: ./build/packages/release-report/src/before-touching.js
var before_touching = __nccwpck_require__(1153);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./build/packages/engine/src/image-reference.js
var image_reference = __nccwpck_require__(5863);
;// CONCATENATED MODULE: ./build/packages/rollout-inputs/src/app-inputs.js
/** The app's name on the server. */
function readApp(reader) {
    const app = reader.required('app');
    // It becomes part of file names, container names and labels, and of a socket's path, which has 107 bytes at most.
    if (app !== '' && !/^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}$/.test(app)) {
        reader.problem('app', 'must start with a small letter and have at most 40 small letters, digits and single hyphens');
    }
    return app;
}
/** User and password of the image's registry, both or neither. */
function readRegistryAuth(reader) {
    const username = reader.optionalText('registry-username');
    const password = reader.optionalSecret('registry-password');
    if ((username === undefined) !== (password === undefined)) {
        const missing = username === undefined ? 'registry-username' : 'registry-password';
        reader.problem(missing, 'is missing; give user and password or neither');
    }
    return username !== undefined && password !== undefined ? { username, password } : undefined;
}
/** How a job gets its turn on the server. */
function readTurn(reader) {
    return {
        lockWaitMs: reader.duration('lock-wait', { max: 6 * 3_600_000 }),
        forceUnlock: reader.boolean('force-unlock'),
    };
}

// EXTERNAL MODULE: ./build/packages/probe/src/status-ranges.js
var status_ranges = __nccwpck_require__(3263);
;// CONCATENATED MODULE: ./build/packages/rollout-inputs/src/check-named.js

/** As the reader's own check, for sentences that don't say by themselves which input they mean. */
function checkNamed(reader, name, action) {
    return reader.check(name, () => {
        try {
            return action();
        }
        catch (error) {
            if (!(error instanceof src/* ExplainedError */.h))
                throw error;
            throw new src/* ExplainedError */.h(`Input ${name}: ${error.message}`, { cause: error });
        }
    });
}

;// CONCATENATED MODULE: ./build/packages/rollout-inputs/src/host-header.js


/**
 * What a Host header may be: a host name or an IP address, of IPv6 in brackets, and a port if need be (RFC 9110, 7.2).
 *
 * @throws ExplainedError with one sentence that does not name the input
 */
function parseHostHeader(text) {
    const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
    const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
    if (isPort && isHost(bracketed ?? plain ?? '') && bracketed?.includes(':') !== false)
        return text;
    throw new src/* ExplainedError */.h('must be a host name or an IP address, with a port if need be, like app.example.com, 127.0.0.1:8080 or [::1]:8080');
}
function isHost(text) {
    try {
        return parseHost(text) === text;
    }
    catch {
        return false;
    }
}

;// CONCATENATED MODULE: ./build/packages/rollout-inputs/src/rollout-inputs.js



const longestMs = 24 * 3_600_000;
/** The health, watch and drain inputs where an empty one leaves something as it was. */
function readRolloutChanges(reader) {
    const path = reader.optionalUrlPath('health-path');
    const command = reader.optionalCommand('health-command');
    if (path !== undefined && command !== undefined) {
        reader.problem('health-command', 'and health-path are both given; give only one of them');
    }
    const host = reader.optionalText('health-host');
    const statuses = reader.optionalText('health-status');
    return {
        health: {
            path,
            command,
            host: host === undefined ? undefined : reader.check('health-host', () => parseHostHeader(host)),
            statuses: statuses === undefined
                ? undefined
                : checkNamed(reader, 'health-status', () => (0,status_ranges/* parseStatusRanges */.C2)(statuses)),
            intervalMs: reader.optionalDuration('health-interval', { min: 10 }),
            timeoutMs: reader.optionalDuration('health-timeout', { min: 10 }),
            threshold: reader.optionalInteger('healthy-threshold', { min: 1, max: 1000 }),
            startTimeoutMs: reader.optionalDuration('start-timeout', { min: 100 }),
        },
        watch: {
            durationMs: reader.optionalDuration('watch', { max: longestMs }),
            maxErrorRate: reader.optionalRatio('watch-max-error-rate'),
            maxLatencyP95Ms: reader.optionalDuration('watch-max-latency-p95', { min: 1 }),
        },
        drainTimeoutMs: reader.optionalDuration('drain-timeout', { max: longestMs }),
    };
}
/** The same inputs where each must have a value. */
function readRollout(reader) {
    const { health, watch, drainTimeoutMs } = readRolloutChanges(reader);
    const needed = (name, value, placeholder) => {
        const isReported = reader.problems.some((problem) => problem.input === name);
        if (value === undefined && !isReported)
            reader.problem(name, 'is required and was not given');
        return value ?? placeholder;
    };
    return {
        health: {
            path: health.path,
            command: health.command,
            host: needed('health-host', health.host, 'localhost'),
            statuses: needed('health-status', health.statuses, []),
            intervalMs: needed('health-interval', health.intervalMs, 1),
            timeoutMs: needed('health-timeout', health.timeoutMs, 1),
            threshold: needed('healthy-threshold', health.threshold, 1),
            startTimeoutMs: needed('start-timeout', health.startTimeoutMs, 1),
        },
        watch: {
            durationMs: needed('watch', watch.durationMs, 0),
            maxErrorRate: needed('watch-max-error-rate', watch.maxErrorRate, 0),
            maxLatencyP95Ms: watch.maxLatencyP95Ms,
        },
        drainTimeoutMs: needed('drain-timeout', drainTimeoutMs, 0),
    };
}

;// CONCATENATED MODULE: ./build/packages/rollout-inputs/src/trusted-proxies.js


/** The networks of the edge, whose headers are believed. */
function readTrustedProxies(reader) {
    const networks = reader.list('trusted-proxies');
    for (const network of networks) {
        if (isNetwork(network))
            continue;
        reader.problem('trusted-proxies', `must hold networks like 10.0.0.0/8, not "${(0,clipped_text_src/* clipEnd */.O)(network, 80)}"`);
    }
    return networks;
}
/** An IP address, with or without the length of its network's prefix. */
function isNetwork(text) {
    const [address = '', prefix = '0', ...rest] = text.split('/');
    const version = address.includes('%') ? undefined : ipVersion(address);
    const bits = version === undefined ? -1 : { 4: 32, 6: 128 }[version];
    return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

;// CONCATENATED MODULE: ./build/packages/server-access/src/login-name.js
/** Longer than any system lets a user's name be. */
const mostCharacters = 256;
/** Says what is wrong with the name of a user on a server, if anything is. */
function checkLoginName(reader, input, name) {
    if (name === undefined)
        return;
    if (name.length > mostCharacters)
        reader.problem(input, `must have at most ${mostCharacters} characters`);
    // The plain case first: the other pattern takes longer to prepare than everything else that is done with a name.
    else if (!/^[\x21-\x7e]*$/.test(name) && /[\p{C}\p{Z}]/u.test(name)) {
        reader.problem(input, "must be a user's name, without spaces and control characters");
    }
}

;// CONCATENATED MODULE: ./build/packages/server-access/src/access-inputs.js


/** Reads the inputs by which a server is reached. What is wrong is left with the reader. */
function readServerAccess(reader) {
    return { ssh: readSsh(reader), dockerSocket: readDockerSocket(reader) };
}
function readSsh(reader) {
    const knownHosts = reader.multilineText('known-hosts').trim();
    const fingerprint = reader.text('host-fingerprint');
    if (knownHosts && fingerprint) {
        reader.problem('known-hosts', 'and host-fingerprint are both given; give only one of them');
    }
    if (!knownHosts && !fingerprint) {
        reader.problem('known-hosts', 'or host-fingerprint is required, because a server that is not known is not trusted; "ssh-keyscan HOST" prints the lines to check and paste');
    }
    const host = reader.host('host');
    const port = reader.port('port');
    const username = reader.required('username');
    checkLoginName(reader, 'username', username);
    const target = {
        host,
        port,
        username,
        privateKey: reader.secret('private-key'),
        ...optional('passphrase', reader.optionalSecret('passphrase')),
        hostKey: knownHosts ? { knownHosts } : { fingerprint },
    };
    return {
        target,
        jump: readJump(reader, target, knownHosts),
        connectTimeoutMs: reader.duration('connect-timeout', { min: 1000 }),
    };
}
/** The default of jump-port in action.yml; a port that is given and the same can't be told from it. */
const usualPort = 22;
function readJump(reader, target, knownHosts) {
    const host = reader.optionalHost('jump-host');
    const port = reader.port('jump-port');
    const ownUsername = reader.optionalText('jump-username');
    checkLoginName(reader, 'jump-username', ownUsername);
    const ownKey = reader.optionalSecret('jump-private-key');
    const ownPassphrase = reader.optionalSecret('jump-passphrase');
    const passphrase = ownPassphrase ?? (ownKey ? undefined : target.passphrase);
    const fingerprint = reader.text('jump-host-fingerprint');
    if (host === undefined) {
        // A jump host that was forgotten would be gone round in silence.
        const given = {
            'jump-port': port !== usualPort,
            'jump-username': ownUsername,
            'jump-private-key': ownKey,
            'jump-passphrase': ownPassphrase,
            'jump-host-fingerprint': fingerprint,
        };
        const isReported = (name) => reader.problems.some(({ input }) => input === name);
        for (const [name, value] of Object.entries(given)) {
            if (value && !isReported('jump-host') && !isReported(name))
                reader.problem(name, 'needs jump-host');
        }
        return undefined;
    }
    if (!knownHosts && !fingerprint) {
        reader.problem('jump-host-fingerprint', 'is required with jump-host, or put the keys of both hosts into known-hosts');
    }
    const hostKey = fingerprint ? { fingerprint } : { knownHosts };
    return {
        host,
        port,
        username: ownUsername ?? target.username,
        privateKey: ownKey ?? target.privateKey,
        ...optional('passphrase', passphrase),
        hostKey,
    };
}
/** unix(7): sun_path, without the zero at its end. */
const longestSocketPathBytes = 107;
function readDockerSocket(reader) {
    const text = reader.optionalText('docker-host');
    if (text === undefined)
        return undefined;
    return reader.check('docker-host', () => {
        const path = /^unix:\/\/(\/.+)$/s.exec(text)?.[1];
        if (path === undefined)
            throw new src/* ExplainedError */.h('must be a socket on the server, like unix:///var/run/docker.sock');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
        if (/[\u0000-\u001f\u007f-\u009f]/.test(path))
            throw new src/* ExplainedError */.h('must be a path without control characters');
        if (Buffer.byteLength(path) > longestSocketPathBytes) {
            throw new src/* ExplainedError */.h(`must be a path of at most ${longestSocketPathBytes} bytes, because that of a socket cannot be longer`);
        }
        return path;
    });
}
function optional(key, value) {
    return value === undefined ? {} : { [key]: value };
}

;// CONCATENATED MODULE: ./build/packages/compose/src/service-name.js
/** What Compose takes as a service's name. */
function isServiceName(text) {
    return /^[a-zA-Z0-9._-]{1,200}$/.test(text);
}

;// CONCATENATED MODULE: ./build/packages/stack-inputs/src/image-overrides.js




/** Reads `service=image` lines; several services that share an image stand before the `=` with commas. */
function parseImageOverrides(lines) {
    const images = new Map();
    const problems = [];
    for (const line of lines) {
        if (line.trim() === '')
            continue;
        const equals = line.indexOf('=');
        if (equals < 0) {
            problems.push(`${quoteBriefly(line)} has no =; write service=image@digest`);
            continue;
        }
        const image = line.slice(equals + 1).trim();
        try {
            (0,image_reference/* parseImageReference */.o_)(image);
        }
        catch (error) {
            if (!(error instanceof src/* ExplainedError */.h))
                throw error;
            problems.push(`${quoteBriefly(line)} names no image: ${error.message.replace(/\.$/, '')}`);
            continue;
        }
        for (const service of line.slice(0, equals).split(',')) {
            const name = service.trim();
            if (!isServiceName(name)) {
                problems.push(`${quoteBriefly(name)} is no name of a service; write service=image@digest`);
            }
            else if (images.has(name)) {
                problems.push(`the service ${name} is given two images; keep one of them`);
            }
            else {
                images.set(name, image);
            }
        }
    }
    return { images, problems };
}

// EXTERNAL MODULE: ./build/packages/compose/src/service-options.js
var service_options = __nccwpck_require__(8094);
;// CONCATENATED MODULE: ./build/packages/stack-inputs/src/service-option-lines.js



/**
 * Reads lines such as `api port=8000,9000 health-path=/health order=stop-first`. A value with spaces stands in quotes:
 * `health-command="pg_isready -q"`.
 */
function parseServiceOptionLines(lines) {
    const options = new Map();
    const problems = [];
    for (const line of lines) {
        if (line.trim() === '')
            continue;
        let words;
        try {
            words = parseCommandLine(line);
        }
        catch (error) {
            if (!(error instanceof src/* ExplainedError */.h))
                throw error;
            problems.push(`${quoteBriefly(line)} ${error.message}`);
            continue;
        }
        const [service = '', ...pairs] = words;
        if (!isServiceName(service)) {
            problems.push(`${quoteBriefly(line)} does not begin with the name of a service; write service key=value`);
        }
        else if (options.has(service)) {
            problems.push(`has a second line for ${service}; write all of its options in one line`);
        }
        else {
            const read = readPairs(service, pairs);
            options.set(service, read.options);
            problems.push(...read.problems);
        }
    }
    return { options: Object.fromEntries(options), problems };
}
function readPairs(service, pairs) {
    let options = {};
    const problems = [];
    if (pairs.length === 0)
        problems.push(`says nothing of ${service}; write ${service} key=value`);
    const seen = new Set();
    for (const pair of pairs) {
        const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
        const name = service_options/* serviceOptionNames */.HU.find((known) => known === key);
        if (!pair.includes('=')) {
            problems.push(`has ${quoteBriefly(pair)} for ${service} without a key; write key=value, in quotes where it has spaces`);
        }
        else if (name === undefined) {
            problems.push(`has the unknown option ${quoteBriefly(key)} for ${service}; use ${listed()}`);
        }
        else if (seen.has(name)) {
            problems.push(`has ${name} twice for ${service}; keep one of them`);
        }
        else {
            seen.add(name);
            const reading = (0,service_options/* readServiceOption */.to)(name, value, parseCommandLine);
            if ('problem' in reading)
                problems.push(`has ${name} of ${service}, which ${reading.problem}`);
            else
                options = { ...options, ...reading.options };
        }
    }
    if (options.healthPath !== undefined && options.healthCommand !== undefined) {
        problems.push(`has both health-path and health-command for ${service}; give only one of them`);
    }
    if (options.singleton === true && options.order === 'start-first') {
        problems.push(`has singleton=true and order=start-first for ${service}, which would run it twice; give only one of them`);
    }
    return { options, problems };
}
function listed() {
    return `${service_options/* serviceOptionNames */.HU.slice(0, -1).join(', ')} or ${service_options/* serviceOptionNames */.HU.at(-1)}`;
}

;// CONCATENATED MODULE: ./build/packages/stack-inputs/src/stack-inputs.js






/** Inputs that say something only together with `compose-file`. */
const onlyWithCompose = ['env-file', 'services', 'images', 'service-options', 'profiles'];
/** What a Compose file says for each of its services, or a label, or `service-options`. */
const saidElsewhere = {
    image: 'name the images of the services in "images"',
    'container-port': 'write port=… for the service in "service-options"',
    volumes: 'write them in the Compose file',
    networks: 'write them in the Compose file',
    command: 'write it in the Compose file',
    memory: 'write it in the Compose file',
    cpus: 'write it in the Compose file',
    user: 'write it in the Compose file',
    'stop-signal': 'write it in the Compose file',
    labels: 'write them in the Compose file',
    'health-path': 'write health-path=… for the service in "service-options"',
    'health-command': 'write health-command=… for the service in "service-options"',
    'expected-version': 'let a health check of the service look at its version',
    'nginx-container': 'leave it out',
};
/** The same, with what action.yml gives them by default: only what somebody has changed can be told from that. */
const saidElsewhereByDefault = {
    order: ['start-first', 'write order=… for the service in "service-options"'],
    protocol: ['http', 'write protocol=… for the service in "service-options"'],
    listen: ['127.0.0.1:8080', 'the switches take the ports that the Compose file publishes'],
    standby: ['stopped', 'a stack keeps no standby'],
    switch: ['haproxy', 'a stack has HAProxy before its services'],
    'stop-timeout': ['10s', 'write stop_grace_period in the Compose file'],
    'read-only': ['false', 'write read_only in the Compose file'],
    init: ['true', 'write init in the Compose file'],
    'log-max-size': ['10MB', 'write logging in the Compose file'],
};
/** Whether a whole stack is deployed; inputs that then, or only then, make no sense are refused. */
function isStack(reader) {
    const isOne = reader.lines('compose-file').length > 0;
    if (!isOne) {
        for (const name of onlyWithCompose) {
            if (reader.multilineText(name) !== '')
                reader.problem(name, 'needs compose-file');
        }
        return false;
    }
    for (const [name, instead] of Object.entries(saidElsewhere)) {
        if (reader.multilineText(name) !== '') {
            reader.problem(name, `is for a single image and cannot be given with compose-file; ${instead}`);
        }
    }
    for (const [name, [usual, instead]] of Object.entries(saidElsewhereByDefault)) {
        const text = reader.multilineText(name);
        if (text !== '' && text !== usual) {
            reader.problem(name, `is for a single image and cannot be given with compose-file; ${instead}`);
        }
    }
    return true;
}
/** Reads the inputs of a stack; the files they name are read later. */
function readStackInputs(reader) {
    const rollout = readRollout(reader);
    const plain = reader.keyValues('env');
    const secret = reader.keyValues('secret-env', { secret: true });
    for (const name of secret.keys()) {
        if (plain.has(name))
            reader.problem('secret-env', `sets ${name}, which env sets too`);
    }
    const image = reader.required('switch-image');
    checkNamed(reader, 'switch-image', () => (0,image_reference/* parseImageReference */.o_)(image || 'missing:missing'));
    const requestTimeoutMs = reader.optionalDuration('request-timeout', { min: 100, max: 24 * 3_600_000 });
    return {
        composeFiles: reader.lines('compose-file'),
        envFiles: reader.lines('env-file'),
        deploy: {
            app: readApp(reader),
            variables: new Map([...plain, ...secret]),
            services: readServices(reader),
            images: readImages(reader),
            serviceOptions: readOptions(reader),
            profiles: reader.list('profiles'),
            splitCommand: parseCommandLine,
            registryAuth: readRegistryAuth(reader),
            pullPolicy: reader.oneOf('pull-policy', ['always', 'missing', 'never']),
            switch: { image, requestTimeoutMs, trustedProxies: readTrustedProxies(reader) },
            order: 'start-first',
            standby: 'stopped',
            version: undefined,
            ...rollout,
            keepReleases: reader.integer('keep-releases', { min: 2, max: 1000 }),
            preDeploy: readHook(reader, 'pre-deploy'),
            postDeploy: readHook(reader, 'post-deploy'),
            ...readTurn(reader),
        },
    };
}
function readServices(reader) {
    const services = reader.list('services');
    for (const [index, name] of services.entries()) {
        if (!isServiceName(name))
            reader.problem('services', `has ${JSON.stringify(name)}, which is no service's name`);
        if (services.indexOf(name) < index)
            reader.problem('services', `names ${name} twice`);
    }
    return services.length > 0 ? services : undefined;
}
function readImages(reader) {
    const { images, problems } = parseImageOverrides(reader.lines('images'));
    for (const problem of problems)
        reader.problem('images', problem);
    return new Map([...images].map(([service, text]) => [service, { text, reference: (0,image_reference/* parseImageReference */.o_)(text) }]));
}
function readOptions(reader) {
    const { options, problems } = parseServiceOptionLines(reader.lines('service-options'));
    for (const problem of problems)
        reader.problem('service-options', problem);
    return options;
}
/** `backend: npm run migrate`: the service whose new image runs it stands before the command. */
function readHook(reader, name) {
    const timeoutMs = reader.duration(`${name}-timeout`, { min: 1000 });
    const text = reader.optionalText(name);
    if (text === undefined)
        return undefined;
    const [, service = '', commandText = ''] = /^([a-zA-Z0-9._-]+):\s+(\S.*)$/s.exec(text) ?? [];
    if (service === '') {
        reader.problem(name, 'must name the service whose new image runs it, like "backend: npm run migrate"');
        return undefined;
    }
    const command = checkNamed(reader, name, () => parseCommandLine(commandText));
    return command && { service, command, timeoutMs };
}

;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/stop-signal.js
/** signal(7): those of Linux, which the Engine knows as well. */
const names = new Set('ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(' '));
const highestNumber = 64;
/** Whether the Engine takes it as the signal that stops a container: `SIGTERM`, `SIGRTMIN+3` or `15`. */
function isSignal(text) {
    if (/^\d{1,2}$/.test(text))
        return Number(text) >= 1 && Number(text) <= highestNumber;
    if (/^SIGRTMIN(?:\+(?:[1-9]|1[0-5]))?$/.test(text) || /^SIGRTMAX(?:-(?:[1-9]|1[0-4]))?$/.test(text))
        return true;
    return text.startsWith('SIG') && names.has(text.slice('SIG'.length));
}

;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/inputs.js








/**
 * Reads and checks every input, before any connection is opened.
 *
 * @throws InputError with one sentence for each thing that is wrong
 */
function readInputs(reader) {
    const inputs = {
        access: readServerAccess(reader),
        wanted: isStack(reader)
            ? { kind: 'stack', ...readStackInputs(reader) }
            : { kind: 'app', deploy: readDeploy(reader) },
        dryRun: reader.boolean('dry-run'),
    };
    reader.finish();
    return inputs;
}
function readDeploy(reader) {
    const app = readApp(reader);
    const imageText = reader.required('image');
    const config = readConfig(reader);
    const rollout = readRollout(reader);
    const { health } = rollout;
    const wantedSwitch = readSwitch(reader);
    const version = readVersion(reader);
    const hasPort = wantedSwitch.kind !== 'none';
    if (!hasPort && config.containerPort === undefined && health.path !== undefined) {
        reader.problem('health-path', 'needs container-port when switch is none');
    }
    if (wantedSwitch.kind === 'nginx' && config.protocol !== 'http') {
        reader.problem('protocol', `${config.protocol} needs switch haproxy; nginx moves plain http only`);
    }
    if (version && config.protocol === 'tcp')
        reader.problem('expected-version', 'needs protocol http or h2c');
    if (health.path !== undefined && config.protocol === 'tcp')
        reader.problem('health-path', 'needs protocol http or h2c');
    if (version && !hasPort && config.containerPort === undefined) {
        reader.problem('expected-version', 'needs container-port when switch is none');
    }
    const order = reader.oneOf('order', ['start-first', 'stop-first']);
    const standby = reader.oneOf('standby', ['stopped', 'paused', 'running']);
    checkStandby(reader, wantedSwitch.kind, order, standby);
    checkWatch(reader, wantedSwitch.kind, config.protocol, rollout.watch);
    return {
        app,
        imageText,
        image: reader.check('image', () => (0,image_reference/* parseImageReference */.o_)(imageText || 'missing:missing')) ??
            (0,image_reference/* parseImageReference */.o_)('missing:missing'),
        registryAuth: readRegistryAuth(reader),
        pullPolicy: reader.oneOf('pull-policy', ['always', 'missing', 'never']),
        config,
        switch: wantedSwitch,
        order,
        ...rollout,
        version,
        preDeploy: inputs_readHook(reader, 'pre-deploy'),
        postDeploy: inputs_readHook(reader, 'post-deploy'),
        keepReleases: reader.integer('keep-releases', { min: 2, max: 1000 }),
        standby,
        ...readTurn(reader),
    };
}
/** A standby that can't be had is refused, not made into another one in silence. */
function checkStandby(reader, kind, order, standby) {
    if (order === 'stop-first' && standby !== 'stopped') {
        reader.problem('standby', `${standby} is not possible with order stop-first, which stops the old version first; leave it at stopped`);
    }
    else if (kind === 'none' && standby === 'running') {
        reader.problem('standby', 'running needs a switch, because without one old and new would both go on working; use stopped or paused');
    }
}
/** The default of watch-max-error-rate in action.yml; a value that is given and the same can't be told from it. */
const usualErrorRate = 0.05;
/** Only HAProxy tells of single requests. A limit that nothing is held against would be a false comfort. */
function checkWatch(reader, kind, protocol, watch) {
    const isReported = (name) => reader.problems.some((problem) => problem.input === name);
    const [rate, p95] = ['watch-max-error-rate', 'watch-max-latency-p95'];
    const why = kind === 'nginx' ? 'nginx does not tell of single requests' : 'nothing sees requests without it';
    if (kind !== 'haproxy' && watch.maxErrorRate !== usualErrorRate && !isReported(rate)) {
        reader.problem(rate, `needs switch haproxy, because ${why}; leave it out, and health checks decide`);
    }
    if (watch.maxLatencyP95Ms === undefined || isReported(p95))
        return;
    if (kind !== 'haproxy') {
        reader.problem(p95, `needs switch haproxy, because ${why}; leave it out, and health checks decide`);
    }
    else if (protocol === 'tcp') {
        reader.problem(p95, 'needs protocol http or h2c, because tcp has no answers whose time could be taken');
    }
}
function readConfig(reader) {
    const plain = reader.keyValues('env');
    const secret = reader.keyValues('secret-env', { secret: true });
    for (const name of secret.keys()) {
        if (plain.has(name))
            reader.problem('secret-env', `sets ${name}, which env sets too`);
    }
    return {
        containerPort: reader.optionalPort('container-port'),
        protocol: reader.oneOf('protocol', ['http', 'h2c', 'tcp']),
        env: Object.fromEntries([...plain, ...secret]),
        secretNames: [...secret.keys()],
        volumes: readVolumes(reader),
        networks: readNetworks(reader),
        command: reader.optionalCommand('command'),
        memoryBytes: reader.optionalSize('memory', { min: 6 * 1024 * 1024 }),
        cpus: reader.optionalNumber('cpus', { min: 0.01, max: 1024 }),
        user: matching(reader, 'user', /^[\w.-]+(?::[\w.-]+)?$/, 'a user, like 1000, 1000:1000 or node'),
        readOnly: reader.boolean('read-only'),
        init: reader.boolean('init'),
        stopSignal: readStopSignal(reader),
        stopTimeoutMs: reader.duration('stop-timeout', { min: 1000, max: 24 * 3_600_000 }),
        labels: readLabels(reader),
        logMaxSizeBytes: reader.size('log-max-size', { min: 10_000 }),
    };
}
function readStopSignal(reader) {
    const text = reader.optionalText('stop-signal');
    if (text !== undefined && !isSignal(text)) {
        reader.problem('stop-signal', `must be a signal, like SIGTERM, SIGQUIT or SIGRTMIN+3, not ${quoteBriefly(text)}`);
    }
    return text;
}
/** What the Engine takes after a mount's target (`docker run --volume`). */
const volumeOptions = new Set('ro rw z Z nocopy shared rshared slave rslave private rprivate consistent cached delegated'.split(' '));
function readVolumes(reader) {
    const volumes = reader.lines('volumes');
    const targets = new Set();
    for (const volume of volumes) {
        const [, target, options] = /^(?:\/[^:]*|[A-Za-z0-9][\w.-]*):(\/[^:]+)(?::([A-Za-z,]+))?$/.exec(volume) ?? [];
        const unknown = options?.split(',').find((option) => !volumeOptions.has(option));
        if (unknown !== undefined)
            reader.problem('volumes', `has the unknown option "${unknown}" for ${target}`);
        if (target === undefined) {
            reader.problem('volumes', `must have lines like data:/var/lib/app or /srv/files:/files:ro, not "${(0,clipped_text_src/* clipEnd */.O)(volume, 80)}"`);
            continue;
        }
        // Another spelling is the same place for the Engine.
        const place = external_node_path_.posix.normalize(`${target}/`).slice(0, -1);
        if (place === '')
            reader.problem('volumes', 'cannot mount anything on /, where the image itself is');
        else if (targets.has(place))
            reader.problem('volumes', `mounts ${(0,clipped_text_src/* clipEnd */.O)(place, 80)} twice`);
        else
            targets.add(place);
    }
    return volumes;
}
/** What the Engine takes as the name of a network or a container, as long as a file's name may be. */
const resourceName = /^[A-Za-z0-9][\w.-]{0,254}$/;
function readNetworks(reader) {
    const networks = reader.list('networks');
    for (const [index, network] of networks.entries()) {
        if (networks.indexOf(network) < index)
            reader.problem('networks', `names ${(0,clipped_text_src/* clipEnd */.O)(network, 80)} twice`);
        if (!resourceName.test(network) || ['host', 'none'].includes(network)) {
            reader.problem('networks', `cannot hold "${(0,clipped_text_src/* clipEnd */.O)(network, 80)}"; name networks as "docker network ls" does`);
        }
    }
    return networks;
}
function readLabels(reader) {
    const labels = reader.keyValues('labels', {
        namePattern: /^[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?$/,
        nameRule: 'letters, digits, ., /, _ and -',
    });
    for (const name of labels.keys()) {
        if (name.startsWith('switchyard.'))
            reader.problem('labels', `cannot set ${name}; labels that start with "switchyard." are ours`);
    }
    return Object.fromEntries(labels);
}
function readVersion(reader) {
    const expected = reader.optionalText('expected-version');
    const path = reader.optionalUrlPath('version-path') ?? '/version';
    return expected === undefined ? undefined : { expected, path };
}
function inputs_readHook(reader, name) {
    const command = reader.optionalCommand(name);
    const timeoutMs = reader.duration(`${name}-timeout`, { min: 1000 });
    return command && { command, timeoutMs };
}
function readSwitch(reader) {
    const kind = reader.oneOf('switch', ['haproxy', 'nginx', 'none']);
    const listen = reader.address('listen');
    if (listen.host.includes('%'))
        reader.problem('listen', 'cannot have a zone, like %eth0; give an address that needs none');
    const image = reader.required('switch-image');
    const requestTimeoutMs = reader.optionalDuration('request-timeout', { min: 100, max: 24 * 3_600_000 });
    const trustedProxies = readTrustedProxies(reader);
    const command = reader.optionalCommand('nginx-command') ?? ['nginx'];
    const container = matching(reader, 'nginx-container', resourceName, "a container's name");
    checkNamed(reader, 'switch-image', () => (0,image_reference/* parseImageReference */.o_)(image || 'missing:missing'));
    if (kind === 'haproxy')
        return { kind, listen, image, requestTimeoutMs, trustedProxies };
    return kind === 'nginx' ? { kind, listen, command, container, trustedProxies } : { kind };
}
function matching(reader, name, pattern, what) {
    const text = reader.optionalText(name);
    if (text !== undefined && !pattern.test(text))
        reader.problem(name, `must be ${what}`);
    return text;
}

// EXTERNAL MODULE: ./build/actions/deploy-ssh-bluegreen/src/outputs.js + 1 modules
var outputs = __nccwpck_require__(4617);
;// CONCATENATED MODULE: ./build/actions/deploy-ssh-bluegreen/src/main.js





run(async (runner) => {
    const place = { action: outputs/* actionName */.a, app: runner.inputs.text('app'), host: runner.inputs.text('host') };
    const inputs = await (0,before_touching/* beforeTouching */.P)(runner, place, () => readInputs(runner.inputs));
    // The SSH library is loaded once the inputs are known to be good.
    const { wanted } = inputs;
    if (wanted.kind === 'stack') {
        const { deployStackToServer } = await __nccwpck_require__.e(/* import() */ 748).then(__nccwpck_require__.bind(__nccwpck_require__, 9748));
        await deployStackToServer(inputs, wanted, runner);
    }
    else {
        const { deployToServer } = await __nccwpck_require__.e(/* import() */ 993).then(__nccwpck_require__.bind(__nccwpck_require__, 5993));
        await deployToServer(inputs, wanted, runner);
    }
}, { outputs: outputs/* outputNames */.g });

