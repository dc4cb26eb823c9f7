import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readActionFiles } from './checks/action-manifests.ts';
import { readmes, reliabilityPath, withFigures, withReliability, withTables } from './checks/readmes.ts';
import { projectRoot } from './project-root.ts';

if (process.argv.includes('--check')) {
  const problems = await readmes.find(projectRoot);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  const update = async (path: string, renew: (text: string) => string | Promise<string>) => {
    const text = await readFile(join(projectRoot, path), 'utf8');
    const updated = await renew(text);
    if (updated !== text) await writeFile(join(projectRoot, path), updated);
    console.log(`${path}  ${updated === text ? 'is fresh' : 'written'}`);
  };
  for (const file of await readActionFiles(projectRoot)) {
    if (file.name !== '') await update(`${file.folder}/README.md`, (text) => withTables(text, file));
  }
  await update(reliabilityPath, (text) => withReliability(text, projectRoot));
  await update('README.md', (text) => withFigures(text, projectRoot));
}
