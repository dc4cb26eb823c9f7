import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readActionFiles } from './checks/action-manifests.ts';
import { readmes, withTables } from './checks/readmes.ts';
import { projectRoot } from './project-root.ts';

if (process.argv.includes('--check')) {
  const problems = await readmes.find(projectRoot);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  for (const file of await readActionFiles(projectRoot)) {
    if (file.name === '') continue;
    const path = `${file.folder}/README.md`;
    const text = await readFile(join(projectRoot, path), 'utf8');
    const updated = withTables(text, file);
    if (updated !== text) await writeFile(join(projectRoot, path), updated);
    console.log(`${path}  ${updated === text ? 'is fresh' : 'written'}`);
  }
}
