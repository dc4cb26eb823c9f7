import { ExplainedError } from '#explained-error';
import type { RemoteFiles } from '#ssh';

/**
 * Where a stack's files lie in its folder on the server: those of each release in a folder of their own, so that a
 * failed one leaves nothing for the next `docker compose up` to pick up; what services mount by its content, so that
 * its path changes only with it; and the live release's file at the top, where a person finds it.
 */
export class StackFiles {
  readonly #folder: string;
  readonly #remote: RemoteFiles;

  constructor(remote: RemoteFiles, folder: string) {
    this.#remote = remote;
    this.#folder = folder;
  }

  /** The live release's file. */
  get live(): string {
    return `${this.#folder}/compose.yaml`;
  }

  folderOf(id: string): string {
    return `${this.#folder}/stacks/${id}`;
  }

  fileOf(id: string): string {
    return `${this.folderOf(id)}/compose.yaml`;
  }

  /** The user's own files of a release, as they were in the checkout. */
  sourceOf(id: string): string {
    return `${this.folderOf(id)}/source`;
  }

  mounted(digest: string, name: string): string {
    return `${this.#folder}/files/${digest}/${name}`;
  }

  switchFolder(service: string): string {
    return `${this.#folder}/switch/${service}`;
  }

  /** The text of a release's file; undefined when it is gone. */
  async read(id: string): Promise<string | undefined> {
    return await this.#remote.read(this.fileOf(id));
  }

  async write(id: string, text: string): Promise<void> {
    await this.#remote.makeDirectory(this.folderOf(id), 0o700);
    await this.#remote.write(this.fileOf(id), text, 0o600);
  }

  /** Makes a release's file the one that a person's `docker compose` goes by. */
  async publish(id: string): Promise<void> {
    const text = await this.read(id);
    if (text === undefined) {
      throw new ExplainedError(
        `The file of release ${id} is gone from the server (${this.fileOf(id)}); deploy again, which writes another.`,
      );
    }
    if ((await this.#remote.read(this.live)) !== text) await this.#remote.write(this.live, text, 0o600);
  }

  async forget(id: string): Promise<void> {
    await this.#remote.remove(this.folderOf(id));
  }

  /** Takes away what no file of the releases that are kept mounts any more. */
  async sweepMounted(keptTexts: readonly string[]): Promise<void> {
    const folder = `${this.#folder}/files`;
    const entries = await this.#remote.list(folder);
    const unused = entries.filter(
      ({ name }) => !keptTexts.some((text) => text.includes(`${folder}/${name}/`)),
    );
    await Promise.all(unused.map(({ name }) => this.#remote.remove(`${folder}/${name}`)));
  }

  /**
   * What a job that was killed while it read a project has left: folders of releases that nothing in the record knows,
   * and beside the files of those that it knows, what was only for reading.
   */
  async sweepUnfinished(kept: ReadonlySet<string>): Promise<void> {
    await this.sweepFolders(kept);
    await Promise.all(
      [...kept].map(async (id) => {
        const entries = await this.#remote.list(this.folderOf(id));
        const left = entries.filter(({ name }) => name !== 'compose.yaml');
        await Promise.all(left.map(({ name }) => this.#remote.remove(`${this.folderOf(id)}/${name}`)));
      }),
    );
  }

  /** Folders of releases that nothing in the record knows. */
  async sweepFolders(kept: ReadonlySet<string>): Promise<void> {
    const folder = `${this.#folder}/stacks`;
    const entries = await this.#remote.list(folder);
    const left = entries.filter(({ name }) => !kept.has(name));
    await Promise.all(left.map(({ name }) => this.#remote.remove(`${folder}/${name}`)));
  }
}
