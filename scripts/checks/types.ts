import { typescriptCompiler } from '../bundle/build-bundles.ts';
import { runTool } from '../run-tool.ts';
import type { Check } from './check.ts';

export const types: Check = {
  name: 'types',
  promise: 'the sources have no type error',
  async find(root) {
    const { code, output } = await runTool(
      typescriptCompiler(root),
      ['--noEmit', '--pretty', 'false', '-p', '.'],
      root,
    );
    if (code === 0) return [];
    return output.split('\n').filter((line) => line.trim() !== '');
  },
};
