// ssh2 carries a WebAssembly module that reads __dirname as it loads. An ESM bundle has none, and the error comes
// asynchronously, after the action has reported success. So main.ts of every action that reaches ssh2 imports this
// first: modules are evaluated in the order of their imports.
const scope = globalThis as { __dirname?: string };
scope.__dirname ??= import.meta.dirname;

export {};
