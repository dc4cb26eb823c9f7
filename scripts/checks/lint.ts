import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runTool } from '../run-tool.ts';
import type { Check } from './check.ts';

export const lint: Check = {
  name: 'lint',
  promise: 'Biome finds nothing to change',
  async find(root) {
    const manifest = createRequire(import.meta.url).resolve('@biomejs/biome/package.json');
    const biome = join(dirname(manifest), 'bin', 'biome');
    // Warnings count: what is not worth failing for is switched off in biome.json.
    const { code, output } = await runTool(
      biome,
      ['check', '--error-on-warnings', '--colors=off', '.'],
      root,
    );
    return code === 0 ? [] : output.split('\n').filter((line) => line.trim() !== '');
  },
};
