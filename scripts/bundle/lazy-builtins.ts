/**
 * Node's modules that cost more than a millisecond to load. `stream` is missing because process.stdout loads it
 * anyway, and because a class may extend it, which the stand-in below does not allow.
 */
const costlyBuiltins: ReadonlySet<string> = new Set([
  'assert',
  'child_process',
  'crypto',
  'dns',
  'fs/promises',
  'http',
  'http2',
  'https',
  'net',
  'readline',
  'timers/promises',
  'tls',
  'zlib',
]);

const nccImport = 'import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";';
const nccRequire = /__WEBPACK_EXTERNAL_createRequire\(import\.meta\.url\)\("([^"]+)"\)/g;

/** Goes into every bundle that needs it. Some packages call `assert` itself, hence `apply`. */
const lazyBuiltin = `// Loads one of Node's modules when it is first used, not when the action starts.
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
};`;

/**
 * ncc loads every builtin that a bundle names as soon as the bundle starts, also those of code that seldom runs:
 * @actions/core alone names child_process, assert and crypto. Here the costly ones wait for their first use.
 */
export function withLazyBuiltins(bundled: string): string {
  let isLazyNeeded = false;
  const rewritten = bundled.replace(nccRequire, (_, request: string) => {
    if (!costlyBuiltins.has(request.replace(/^node:/, ''))) return `process.getBuiltinModule("${request}")`;
    isLazyNeeded = true;
    return `__lazyBuiltin("${request}")`;
  });
  return rewritten.replace(`${nccImport}\n`, () => (isLazyNeeded ? `${lazyBuiltin}\n` : ''));
}

/** Whether ncc has changed its wording, so that a builtin loads at start again. */
export function hasEagerBuiltins(bundled: string): boolean {
  return bundled.includes('__WEBPACK_EXTERNAL_createRequire');
}
