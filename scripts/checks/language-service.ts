import { registerHooks } from 'node:module';

/**
 * GitHub's language service, loaded on demand. Its packages import JSON files without the attribute that Node
 * demands (ERR_IMPORT_ATTRIBUTE_MISSING), so it is added while they load.
 */
export async function loadLanguageService() {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      if (!resolved.url.endsWith('.json') || resolved.importAttributes?.type !== undefined) return resolved;
      return { ...resolved, importAttributes: { ...resolved.importAttributes, type: 'json' } };
    },
  });
  try {
    const [service, document] = await Promise.all([
      import('@actions/languageservice'),
      import('vscode-languageserver-textdocument'),
    ]);
    return { service, TextDocument: document.TextDocument };
  } finally {
    hooks.deregister();
  }
}
