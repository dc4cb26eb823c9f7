import type { Token } from './source-tokens.ts';

export interface Import {
  readonly specifier: string;
  /** `import 'x'`, for what the module does as it loads. */
  readonly forEffect: boolean;
  readonly typeOnly: boolean;
}

/** Every static, dynamic and re-exporting import of a source. */
export function readImports(tokens: readonly Token[]): Import[] {
  const found: Import[] = [];
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || isMember(tokens, at)) return;
    if (token.text === 'import') found.push(...importAt(tokens, at));
    if (token.text === 'export') found.push(...exportAt(tokens, at));
  });
  return found;
}

/** Ways to load a module past the imports, or one whose name is not written there: nothing can say what they load. */
export function readHiddenLoads(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token, at) => {
    if (token.kind === 'word' && token.text === 'createRequire') return ['createRequire'];
    if (token.kind === 'string' && ['createRequire', 'node:module', 'module'].includes(token.text)) {
      return [token.text];
    }
    const isCall = tokens[at + 1]?.text === '(' && token.kind === 'word' && !isMember(tokens, at);
    if (isCall && token.text === 'require') return ['require()'];
    const isComputed = tokens[at + 2]?.kind !== 'string' || !endsArgument(tokens[at + 3]);
    return isCall && token.text === 'import' && isComputed ? ['import() of a name that is computed'] : [];
  });
}

function importAt(tokens: readonly Token[], at: number): Import[] {
  const next = tokens[at + 1];
  if (next?.kind === 'string') return [{ specifier: next.text, forEffect: true, typeOnly: false }];
  if (next?.text === '(') {
    const name = tokens[at + 2];
    const typeOnly = tokens[at - 1]?.text === 'typeof';
    return name?.kind === 'string' ? [{ specifier: name.text, forEffect: false, typeOnly }] : [];
  }
  if (next?.text === '.') return [];
  const typeOnly = next?.text === 'type' && !['from', ','].includes(tokens[at + 2]?.text ?? '');
  const from = tokens.findIndex(({ kind }, index) => index > at && kind === 'string');
  return [{ specifier: tokens[from]?.text ?? '', forEffect: false, typeOnly }];
}

function exportAt(tokens: readonly Token[], at: number): Import[] {
  const typeOnly = tokens[at + 1]?.text === 'type';
  const start = at + (typeOnly ? 2 : 1);
  if (!['{', '*'].includes(tokens[start]?.text ?? '')) return [];
  const from = tokens.findIndex(
    ({ kind, text }, index) => index >= start && (text === '}' || (kind === 'string' && text !== '')),
  );
  const end = tokens[from]?.text === '}' ? from + 1 : from - 1;
  const specifier = tokens[end]?.text === 'from' ? tokens[end + 1] : undefined;
  return specifier?.kind === 'string' ? [{ specifier: specifier.text, forEffect: false, typeOnly }] : [];
}

/** `thing.import` is no import, nor is the name of a property. */
function isMember(tokens: readonly Token[], at: number): boolean {
  return ['.', '?.'].includes(tokens[at - 1]?.text ?? '') || tokens[at + 1]?.text === ':';
}

function endsArgument(token: Token | undefined): boolean {
  return token?.text === ')' || token?.text === ',';
}
