import type { ResolvedProject } from './resolved-project.ts';

/** A path on the machine that a project mounts or reads. */
export interface FileReference {
  readonly path: string;
  /** Keys from the top of the file to it, list items by their index. */
  readonly at: readonly string[];
  /** Whose it is; undefined for a secret or a config, which several may use. */
  readonly service: string | undefined;
  /** The service can write there. */
  readonly isWritable: boolean;
}

/** Every path that the project's services mount from the machine: bind mounts, and the files of secrets and configs in use. */
export function fileReferences(project: ResolvedProject): FileReference[] {
  const references: FileReference[] = [];
  for (const [name, service] of Object.entries(project.services)) {
    for (const [index, { type, source, read_only: readOnly }] of (service.volumes ?? []).entries()) {
      if (type !== 'bind' || source === undefined) continue;
      const at = ['services', name, 'volumes', String(index)];
      references.push({ path: source, at, service: name, isWritable: readOnly !== true });
    }
  }
  for (const kind of ['secrets', 'configs'] as const) {
    const used = new Set(
      Object.values(project.services)
        .flatMap((service) => service[kind] ?? [])
        .map(({ source }) => source),
    );
    for (const [name, { file }] of Object.entries(project[kind] ?? {})) {
      if (file === undefined || !used.has(name)) continue;
      references.push({ path: file, at: [kind, name, 'file'], service: undefined, isWritable: false });
    }
  }
  return references;
}
