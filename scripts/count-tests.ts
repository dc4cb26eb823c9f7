// node scripts/count-tests.ts: the line "N passed, N failed" over the runs whose reports are in test-results/.
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';
import { countLine, countTier, tiers } from './testing/test-counts.ts';

const folder = join(projectRoot, 'test-results');
const counts = await Promise.all(tiers.map((tier) => countTier(folder, tier)));
console.log(countLine(counts));
process.exitCode = counts.some(({ failed }) => failed > 0) ? 1 : 0;
