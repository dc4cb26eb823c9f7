import type { NetworkInspect } from './docker-types.ts';
import type { EngineNetworks } from './engine.ts';
import { EngineError } from './engine-error.ts';
import { type EngineHttp, filtersParameter, labelFilters } from './engine-http.ts';
import { engineWords } from './engine-words.ts';
import { nameSegment } from './resource-name.ts';

export function engineNetworks(http: EngineHttp): EngineNetworks {
  return {
    async create(config, options = {}) {
      const created = await http.json<{ Id?: unknown }>({
        method: 'POST',
        path: '/networks/create',
        // Before API 1.44 names are unique only on request.
        body: { CheckDuplicate: true, ...config, Name: nameSegment(config.Name) },
        purpose: `create the network ${config.Name}`,
        ...options,
      });
      return nameSegment(engineWords(created.Id));
    },

    inspect: (nameOrId, options = {}) =>
      http.find<NetworkInspect>({
        method: 'GET',
        path: `/networks/${nameSegment(nameOrId)}`,
        purpose: `inspect the network ${nameOrId}`,
        ...options,
      }),

    list: ({ labels, ...options } = {}) =>
      http.list({
        method: 'GET',
        path: '/networks',
        query: { filters: filtersParameter({ label: labelFilters(labels) }) },
        purpose: 'list the networks',
        ...options,
      }),

    async connect(network, container, endpoint, options = {}) {
      await http.call({
        method: 'POST',
        path: `/networks/${nameSegment(network)}/connect`,
        body: { Container: container, ...(endpoint === undefined ? {} : { EndpointConfig: endpoint }) },
        purpose: `connect the container ${container} to the network ${network}`,
        ...options,
      });
    },

    async disconnect(network, container, { force = false, ...options } = {}) {
      try {
        await http.call({
          method: 'POST',
          path: `/networks/${nameSegment(network)}/disconnect`,
          body: { Container: container, Force: force },
          purpose: `disconnect the container ${container} from the network ${network}`,
          ...options,
        });
      } catch (error) {
        if (error instanceof EngineError && /is not connected to/i.test(error.engineMessage)) return;
        throw error;
      }
    },

    async remove(nameOrId, options = {}) {
      await http.call({
        method: 'DELETE',
        path: `/networks/${nameSegment(nameOrId)}`,
        purpose: `remove the network ${nameOrId}`,
        alsoFine: [404],
        ...options,
      });
    },
  };
}
