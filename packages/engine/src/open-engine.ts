import { negotiateApiVersion } from './api-version.ts';
import type { EventMessage, SystemInfo, SystemVersion } from './docker-types.ts';
import type { CallOptions, Engine, EventOptions, OpenConnection } from './engine.ts';
import { engineContainers } from './engine-containers.ts';
import { EngineError } from './engine-error.ts';
import { type EngineHttp, engineHttp, filtersParameter } from './engine-http.ts';
import { engineImages } from './engine-images.ts';
import { engineNetworks } from './engine-networks.ts';
import { jsonLines } from './json-lines.ts';

/**
 * Asks the Engine for its version and agrees on one that both sides know.
 *
 * @throws EngineError when the Engine is too old or what answers is none
 * @throws EngineUnreachableError when no connection can be opened
 */
export async function openEngine(open: OpenConnection, options: CallOptions = {}): Promise<Engine> {
  const http = engineHttp(open);
  try {
    const version = await http.json<SystemVersion>({
      method: 'GET',
      path: '/version',
      purpose: 'tell its version',
      ...options,
    });
    const apiVersion = negotiateApiVersion(version);
    http.useVersion(apiVersion);
    return engineOver(http, version, apiVersion);
  } catch (error) {
    http.close();
    throw error;
  }
}

function engineOver(http: EngineHttp, version: SystemVersion, apiVersion: string): Engine {
  const info = (options: CallOptions = {}) =>
    http.json<SystemInfo>({ method: 'GET', path: '/info', purpose: 'describe itself', ...options });
  const ping = (options: CallOptions = {}) =>
    http.call({ method: 'GET', path: '/_ping', purpose: 'answer a ping', ...options });

  return {
    version,
    apiVersion,
    info,
    system: {
      info,
      ping: async (options) => {
        await ping(options);
      },
      diskUsage: (options) =>
        http.json({
          method: 'GET',
          path: '/system/df',
          purpose: 'count its disk usage',
          timeoutMs: 120_000,
          ...options,
        }),
    },
    images: engineImages(http),
    containers: engineContainers(http),
    networks: engineNetworks(http),
    async serverTimeMs(options) {
      const startedMs = performance.now();
      const { headers } = await ping(options);
      const serverMs = Date.parse(headers.date ?? '');
      if (Number.isNaN(serverMs)) throw new EngineError("The Docker Engine's answer carries no date.");
      // The header is cut to whole seconds: half a second more is right on average.
      return Math.round(serverMs + 500 + (performance.now() - startedMs) / 2);
    },
    events: (options = {}) => events(http, options),
    close: () => http.close(),
  };
}

async function* events(http: EngineHttp, options: EventOptions): AsyncGenerator<EventMessage> {
  const { signal } = options;
  if (signal?.aborted) return;
  try {
    const stream = await http.stream({
      method: 'GET',
      path: '/events',
      query: {
        filters: filtersParameter(options.filters ?? {}),
        since: options.sinceMs === undefined ? undefined : (options.sinceMs / 1000).toFixed(3),
      },
      purpose: 'report events',
      timeoutMs: 0,
      signal,
    });
    yield* jsonLines<EventMessage>(stream.chunks);
  } catch (error) {
    if (signal?.aborted) return;
    throw error;
  }
}
