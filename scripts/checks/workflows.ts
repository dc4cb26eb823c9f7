import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ValidationConfig } from '@actions/languageservice';
import type { Check } from './check.ts';
import { loadLanguageService } from './language-service.ts';
import { readWorkflow, type Use } from './workflow-file.ts';

const patterns = [
  '.github/workflows/*.{yml,yaml}',
  'workflows-templates/*.{yml,yaml}',
  'action.{yml,yaml}',
  'actions/*/action.{yml,yaml}',
];

export const workflows: Check = {
  name: 'workflows',
  promise: "workflows and actions pass GitHub's own language service, every third-party action pinned",
  async find(root) {
    const paths: string[] = [];
    for await (const path of glob(patterns, { cwd: root })) paths.push(path.replaceAll('\\', '/'));
    if (paths.length === 0) return [];
    const problems: string[] = [];
    for (const path of paths.sort()) {
      const text = await readFile(join(root, path), 'utf8');
      const { uses, permissions } = readWorkflow(text);
      problems.push(
        ...(await diagnose(root, path, text)),
        ...uses.flatMap((found) => judgeUse(root, path, found)),
        ...permissions
          .filter(({ value }) => value === 'write-all')
          .map(({ line }) => `${path}:${line}: permissions: write-all lets its token do anything.`),
      );
      if (path.startsWith('.github/') && !permissions.some(({ isOfAll }) => isOfAll)) {
        problems.push(`${path}: has no top-level permissions, so its token could do anything.`);
      }
    }
    return problems;
  },
};

async function diagnose(root: string, path: string, text: string): Promise<string[]> {
  const { service, TextDocument } = await loadLanguageService();
  const document = TextDocument.create(pathToFileURL(join(root, path)).href, 'yaml', 1, text);
  const found = await service.validate(document, { fileProvider: filesBelow(root) });
  return found.map(({ message, range }) => `${path}:${range.start.line + 1}: ${message}`);
}

/** Lets the language service read what `$/…` and `./…` point to, so that it checks their inputs too. */
function filesBelow(root: string): NonNullable<ValidationConfig['fileProvider']> {
  return {
    async getFileContent(reference) {
      if ('repository' in reference) throw new Error(`${reference.path} is in another repository.`);
      return { name: reference.path, content: await readFile(join(root, reference.path), 'utf8') };
    },
  };
}

/** Third parties by full commit with the version beside it, images by digest, our own actions by `$/` and only if they exist. */
function judgeUse(root: string, path: string, { target, line, comment }: Use): string[] {
  const where = `${path}:${line}`;
  if (target.startsWith('docker://')) {
    if (/@sha256:[0-9a-f]{64}$/.test(target)) return [];
    return [`${where}: ${target} must be pinned by its digest, as @sha256:… at its end.`];
  }
  if (target.startsWith('./')) {
    return [`${where}: ${target} is looked for in the caller's checkout; write $/ instead of ./.`];
  }
  if (target.startsWith('$/')) {
    const local = join(root, target.slice(2));
    const exists = /\.ya?ml$/.test(target) ? existsSync(local) : existsSync(join(local, 'action.yml'));
    return exists ? [] : [`${where}: ${target} does not exist.`];
  }
  // The template's own placeholder; whoever copies it puts the owner and the commit in.
  if (path.startsWith('workflows-templates/') && target.startsWith('OWNER/')) return [];
  if (/@[0-9a-f]{40}$/.test(target) && /^#\s*v\d/.test(comment)) return [];
  return [`${where}: ${target} must be pinned by its full commit, with "# vX.Y.Z" behind it.`];
}
