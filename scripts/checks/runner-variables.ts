import type { Token } from './source-tokens.ts';

const ofTheRunner = /^(?:GITHUB|INPUT|RUNNER|STATE|ACTIONS)_/;

/**
 * Whether a source reads a variable of the runner, or takes the environment as a whole, in which those are: only
 * `process.env.NAME` says what it reads.
 */
export function readsRunnerVariables(tokens: readonly Token[]): boolean {
  return tokens.some((token, at) => {
    if (token.kind === 'string' && token.text === 'node:process') return tokens[at - 2]?.text !== 'process';
    if (token.kind !== 'word' || token.text !== 'process') return false;
    const [dot, env, sign, name, end] = tokens.slice(at + 1, at + 6);
    if (!['.', '?.', '['].includes(dot?.text ?? '')) return takesEnv(tokens.slice(0, at));
    if (env?.text !== 'env') return false;
    if (dot?.text !== '[' && sign?.text === '.') return ofTheRunner.test(name?.text ?? '');
    const isNamed = dot?.text !== '[' && sign?.text === '[' && name?.kind === 'string' && end?.text === ']';
    return !isNamed || ofTheRunner.test(name.text);
  });
}

/** `const { env } = ` is what ends here. */
function takesEnv(tokens: readonly Token[]): boolean {
  if (tokens.at(-1)?.text !== '=' || tokens.at(-2)?.text !== '}') return false;
  let depth = 0;
  for (const { text } of tokens.slice(0, -1).toReversed()) {
    if (text === '}') depth += 1;
    if (text === '{') depth -= 1;
    if (depth === 0) return false;
    if (text === 'env') return true;
  }
  return false;
}
