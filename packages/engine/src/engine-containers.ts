import { execInContainer } from './container-exec.ts';
import { attachToOutput, readLogs } from './container-output.ts';
import type { ContainerInspectResponse } from './docker-types.ts';
import type { CallOptions, EngineContainers } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { type EngineHttp, type EngineRequest, filtersParameter, labelFilters } from './engine-http.ts';
import { engineWords } from './engine-words.ts';
import { nameSegment, shownId } from './resource-name.ts';

/** Time the Engine may take beyond the stop time-out it was given. */
const STOP_GRACE_MS = 30_000;

export function engineContainers(http: EngineHttp): EngineContainers {
  const act = async (
    id: string,
    action: string,
    purpose: string,
    options: CallOptions | undefined,
    more: Partial<EngineRequest> = {},
  ): Promise<void> => {
    await http.call({
      method: 'POST',
      path: `/containers/${nameSegment(id)}/${action}`,
      purpose,
      ...more,
      ...options,
    });
  };

  return {
    list: ({ labels, all = false, name, ...options } = {}) =>
      http.list({
        method: 'GET',
        path: '/containers/json',
        query: {
          all,
          filters: filtersParameter({ label: labelFilters(labels), name: name === undefined ? [] : [name] }),
        },
        purpose: 'list the containers',
        ...options,
      }),

    async create(name, config, options = {}) {
      const created = await http.json<{ Id?: unknown }>({
        method: 'POST',
        path: '/containers/create',
        query: { name: nameSegment(name) },
        body: config,
        purpose: `create the container ${name}`,
        timeoutMs: 60_000,
        ...options,
      });
      return nameSegment(engineWords(created.Id));
    },

    start: (id, options) =>
      act(id, 'start', `start the container ${shownId(id)}`, options, { alsoFine: [304], timeoutMs: 60_000 }),

    stop: (id, timeoutSeconds, options) =>
      act(id, 'stop', `stop the container ${shownId(id)}`, options, {
        query: { t: Math.ceil(timeoutSeconds) },
        alsoFine: [304],
        timeoutMs: timeoutSeconds * 1000 + STOP_GRACE_MS,
      }),

    kill: (id, signal, options) =>
      act(id, 'kill', `send ${signal} to the container ${shownId(id)}`, options, { query: { signal } }),

    restart: (id, timeoutSeconds, options) =>
      act(id, 'restart', `restart the container ${shownId(id)}`, options, {
        query: { t: Math.ceil(timeoutSeconds) },
        timeoutMs: timeoutSeconds * 1000 + 2 * STOP_GRACE_MS,
      }),

    async remove(id, { force = false, volumes = false, ...options } = {}) {
      try {
        await http.call({
          method: 'DELETE',
          path: `/containers/${nameSegment(id)}`,
          query: { force, v: volumes },
          purpose: `remove the container ${shownId(id)}`,
          alsoFine: [404],
          timeoutMs: 60_000,
          ...options,
        });
      } catch (error) {
        const underWay = error instanceof EngineError && error.status === 409;
        if (underWay && /removal of container .* is already in progress/i.test(error.engineMessage)) return;
        throw error;
      }
    },

    inspect: (id, options = {}) =>
      http.find<ContainerInspectResponse>({
        method: 'GET',
        path: `/containers/${nameSegment(id)}/json`,
        purpose: `inspect the container ${shownId(id)}`,
        ...options,
      }),

    logs: (id, options = {}) => readLogs(http, id, options),

    async wait(id, { condition = 'not-running', signal, timeoutMs } = {}) {
      const limit = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
      const signals = [limit, signal].filter((one) => one !== undefined);
      try {
        const ended = await http.json<{ StatusCode?: unknown; Error?: { Message?: unknown } | null }>({
          method: 'POST',
          path: `/containers/${nameSegment(id)}/wait`,
          query: { condition },
          purpose: `wait for the end of the container ${shownId(id)}`,
          timeoutMs: 0,
          signal: AbortSignal.any(signals),
        });
        if (ended.Error?.Message) {
          throw new EngineError(
            `The Docker Engine could not wait for the container ${shownId(id)}: ${engineWords(ended.Error.Message)}`,
          );
        }
        if (typeof ended.StatusCode !== 'number') {
          throw new EngineError(`The Docker Engine named no exit code for the container ${shownId(id)}.`);
        }
        return ended.StatusCode;
      } catch (error) {
        if (limit?.aborted && !signal?.aborted) {
          throw new EngineError(
            `The container ${shownId(id)} did not end within ${(timeoutMs ?? 0) / 1000} s.`,
            {
              timedOut: true,
              cause: error,
            },
          );
        }
        throw error;
      }
    },

    pause: (id, options) => act(id, 'pause', `pause the container ${shownId(id)}`, options),
    unpause: (id, options) => act(id, 'unpause', `unpause the container ${shownId(id)}`, options),
    update: (id, change, options) =>
      act(id, 'update', `update the container ${shownId(id)}`, options, { body: change }),
    rename: (id, name, options) =>
      act(id, 'rename', `rename the container ${shownId(id)} to ${name}`, options, {
        query: { name: nameSegment(name) },
      }),

    exec: (id, argv, options = {}) => execInContainer(http, id, argv, options),
    attach: (id, options) => attachToOutput(http, id, options),
  };
}
