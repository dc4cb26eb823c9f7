import type { ImageDeleteResponseItem, ImageInspect } from './docker-types.ts';
import type { EngineImages, PullOptions, PullResult } from './engine.ts';
import { EngineError, EngineUnreachableError } from './engine-error.ts';
import { type EngineHttp, filtersParameter, labelFilters } from './engine-http.ts';
import { parseImageReference } from './image-reference.ts';
import { jsonLines } from './json-lines.ts';
import { classifyPullFailure, PullError } from './pull-failure.ts';
import { errorOfPullLine, type PullLine, PullProgress } from './pull-progress.ts';
import { registryAuthHeader } from './registry-auth.ts';
import { imageSegment } from './resource-name.ts';

export function engineImages(http: EngineHttp): EngineImages {
  return {
    inspect: (reference, options = {}) =>
      http.find<ImageInspect>({
        method: 'GET',
        path: `/images/${imageSegment(reference)}/json`,
        purpose: `inspect the image ${reference}`,
        ...options,
      }),

    list: ({ labels, reference, dangling, ...options } = {}) =>
      http.list({
        method: 'GET',
        path: '/images/json',
        query: {
          filters: filtersParameter({
            label: labelFilters(labels),
            reference: reference === undefined ? [] : [reference],
            dangling: dangling === undefined ? [] : [String(dangling)],
          }),
        },
        purpose: 'list the images',
        ...options,
      }),

    pull: (reference, options = {}) => pull(http, reference, options),

    async tag(reference, name, options = {}) {
      const target = parseImageReference(name);
      if (target.tag === undefined || target.digest !== undefined) {
        throw new EngineError(`${name} cannot be given to an image: it must have a tag and no digest.`);
      }
      await http.call({
        method: 'POST',
        path: `/images/${imageSegment(reference)}/tag`,
        query: { repo: `${target.registry}/${target.repository}`, tag: target.tag },
        purpose: `tag the image ${reference} as ${name}`,
        ...options,
      });
    },

    async remove(reference, { force = false, noPrune = false, ...options } = {}) {
      return await http.list<ImageDeleteResponseItem>({
        method: 'DELETE',
        path: `/images/${imageSegment(reference)}`,
        query: { force, noprune: noPrune },
        purpose: `remove the image ${reference}`,
        alsoFine: [404],
        timeoutMs: 120_000,
        ...options,
      });
    },

    async distributionInspect(reference, { auth, ...options } = {}) {
      try {
        return await http.json({
          method: 'GET',
          path: `/distribution/${imageSegment(reference)}/json`,
          headers: registryAuthHeader(reference, auth),
          purpose: `look up ${reference} in its registry`,
          timeoutMs: 60_000,
          ...options,
        });
      } catch (error) {
        throw asPullError(error, reference, auth !== undefined);
      }
    },
  };
}

async function pull(http: EngineHttp, reference: string, options: PullOptions): Promise<PullResult> {
  const { registry, repository, tag, digest } = parseImageReference(reference);
  const withCredentials = options.auth !== undefined;
  const stallTimeoutMs = options.stallTimeoutMs ?? 120_000;
  const progress = new PullProgress();
  try {
    const stream = await http.stream({
      method: 'POST',
      path: '/images/create',
      // With both, the digest decides; the Engine takes it in the place of the tag.
      query: { fromImage: `${registry}/${repository}`, tag: digest ?? tag, platform: options.platform },
      headers: registryAuthHeader(reference, options.auth),
      purpose: `pull ${reference}`,
      timeoutMs: stallTimeoutMs,
      signal: options.signal,
    });
    let failure: string | undefined;
    for await (const line of jsonLines<PullLine>(stream.chunks)) {
      failure ??= errorOfPullLine(line);
      const event = progress.read(line);
      if (event !== undefined) options.onProgress?.(event, progress.totals());
    }
    if (failure !== undefined) {
      throw new PullError(classifyPullFailure(failure), reference, {
        engineMessage: failure,
        withCredentials,
      });
    }
  } catch (error) {
    throw asPullError(error, reference, withCredentials, stallTimeoutMs);
  }
  return { digest: progress.digest ?? digest, totals: progress.totals(), changed: !progress.upToDate };
}

/** The Engine answers some failures with a status and some in the stream; both become one kind of error. */
function asPullError(
  error: unknown,
  reference: string,
  withCredentials: boolean,
  stallTimeoutMs = 60_000,
): unknown {
  if (
    !(error instanceof EngineError) ||
    error instanceof PullError ||
    error instanceof EngineUnreachableError
  ) {
    return error;
  }
  if (error.timedOut) {
    return new PullError('timeout', reference, {
      engineMessage: `no progress for ${Math.round(stallTimeoutMs / 1000)} s`,
      withCredentials,
      cause: error,
    });
  }
  if (error.status === undefined || error.engineMessage === '') return error;
  return new PullError(classifyPullFailure(error.engineMessage), reference, {
    engineMessage: error.engineMessage,
    status: error.status,
    withCredentials,
    cause: error,
  });
}
