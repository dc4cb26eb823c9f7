import { clipEnd } from '#clipped-text';
import { ExplainedError } from '#explained-error';

export interface ImageReference {
  /** Host and port; `docker.io` where the reference names none. */
  registry: string;
  /** Without the registry: `library/nginx`, `team/app`. */
  repository: string;
  tag: string | undefined;
  /** `sha256:…` */
  digest: string | undefined;
}

export class ImageReferenceError extends ExplainedError {
  override readonly name: string = 'ImageReferenceError';
}

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const HOST =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;

/**
 * Reads `[registry/]repository[:tag][@digest]` by the grammar of the distribution project
 * (github.com/distribution/reference). A reference must pin something: without tag and digest it is refused,
 * because "latest by accident" leaves nothing to roll back to.
 *
 * @throws ImageReferenceError one sentence that quotes what is wrong
 */
export function parseImageReference(text: string): ImageReference {
  const quoted = JSON.stringify(clipEnd(text, 200));
  const refuse = (why: string) => new ImageReferenceError(`The image ${quoted} ${why}.`);
  if (text === '')
    throw new ImageReferenceError('The image is empty; give a name with a tag, e.g. ghcr.io/team/app:1.2.3.');
  if (/\s/.test(text)) throw refuse('contains white space');
  if (/^[a-z]+:\/\//i.test(text)) throw refuse('starts with a URL scheme; leave out "https://"');

  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest)) {
    throw refuse('has a digest that is not "sha256:" and 64 hexadecimal digits in lower case');
  }

  let name = at < 0 ? text : text.slice(0, at);
  let tag: string | undefined;
  const colon = name.lastIndexOf(':');
  if (colon > name.lastIndexOf('/')) {
    tag = name.slice(colon + 1);
    name = name.slice(0, colon);
    if (!TAG.test(tag)) {
      throw refuse(
        'has a tag with other characters than letters, digits, "_", "." and "-", or longer than 128',
      );
    }
  }

  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  // Docker's rule, less one case: it takes `Team/app` for the host "Team", which nobody means.
  const namesRegistry = slash > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const registry = !namesRegistry || first === 'index.docker.io' ? 'docker.io' : first;
  let repository = namesRegistry ? name.slice(slash + 1) : name;
  if (namesRegistry && !HOST.test(registry))
    throw refuse(`has a registry (${JSON.stringify(first)}) that is not a host name`);
  if (registry === 'docker.io' && repository !== '' && !repository.includes('/'))
    repository = `library/${repository}`;

  if (repository === '') throw refuse('has no repository name');
  if (repository !== repository.toLowerCase())
    throw refuse('has upper-case letters in its name; image names are lower case');
  if (!repository.split('/').every((component) => COMPONENT.test(component))) {
    throw refuse('is not a valid name: use lower-case letters and digits, separated by ".", "_", "-" or "/"');
  }
  if (registry.length + repository.length > 255) throw refuse('is longer than 255 characters');
  if (tag === undefined && digest === undefined) {
    throw refuse('has neither a tag nor a digest; add one, e.g. ":1.2.3" or "@sha256:…"');
  }
  return { registry, repository, tag, digest };
}

/** The full written form, registry included. */
export function formatImageReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}
