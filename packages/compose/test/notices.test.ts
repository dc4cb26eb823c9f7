import { describe, expect, it } from 'vitest';
import type { PlanningFacts, ResolvedProject, ResolvedService } from '../src/index.ts';
import { findNotices, planServices } from '../src/index.ts';
import { factsOf, projectOf } from './projects.ts';

const ports = [{ target: 80, published: '80', protocol: 'tcp' }];

function noticesOf(
  service: ResolvedService,
  rest: Partial<ResolvedProject> = {},
  facts: Partial<PlanningFacts> = {},
) {
  const project = projectOf({ api: service }, rest);
  const plans = planServices(project, { ...factsOf(['api']), ...facts });
  return findNotices(project, plans, '/src').map(({ path, text }) => [path.join('.'), text]);
}

describe('what a person is told before', () => {
  it('is nothing of a plain service', () => {
    expect(
      noticesOf({
        ports,
        volumes: [{ type: 'bind', source: '/src/conf', target: '/conf', read_only: true }],
      }),
    ).toEqual([]);
  });

  it.each<[string, ResolvedService, string, string]>([
    [
      'a shared volume',
      { ports, volumes: [{ type: 'volume', source: 'data', target: '/data' }] },
      'volumes.0',
      'both versions of api have the volume data for some seconds; if only one may write to it, add the label switchyard.order: stop-first',
    ],
    [
      'a volume without a name',
      { volumes: [{ type: 'volume', target: '/cache' }] },
      'volumes.0',
      'each version of api begins with an empty /cache, because its volume has no name',
    ],
    [
      'the checkout as data',
      { volumes: [{ type: 'bind', source: '/src/data', target: '/data' }] },
      'volumes.0',
      "api can write to data of the checkout, and a release that changes it begins with the checkout's again; add :ro, or use a named volume for data",
    ],
    [
      'a container’s name',
      { ports, container_name: 'shop-api' },
      'container_name',
      'the container of api is no longer called shop-api, because two need a name; other services still reach it by that name',
    ],
    [
      'a worker’s name',
      { container_name: 'shop-api' },
      'container_name',
      'the container of api is no longer called shop-api, because two need a name',
    ],
    [
      'a host name',
      { ports, hostname: 'api' },
      'hostname',
      'api leads to the switch of api, and its containers have host names of their own',
    ],
    [
      'a worker’s host name',
      { hostname: 'w1' },
      'hostname',
      'both versions of api have the host name w1 for some seconds',
    ],
    [
      'a graphics processor',
      { ports, gpus: [{ count: -1 }] },
      'gpus',
      'both versions of api use the graphics processor for some seconds; if its memory is too small for two, add the label switchyard.order: stop-first',
    ],
    [
      'a scheduler inside',
      { ports, command: ['sh', '-c', 'crond && serve'] },
      'command',
      'api also runs cron, and for some seconds both versions do; if that matters, give it a service of its own',
    ],
    [
      'Traefik’s guess',
      { ports, labels: { 'traefik.enable': 'true' }, networks: { a: null, b: null } },
      'labels',
      'api is in several networks and Traefik has to guess one; add the label traefik.docker.network',
    ],
  ])('is %s', (_case, service, path, text) => {
    expect(noticesOf(service)).toEqual([[`services.api.${path}`, text]]);
  });

  it('is less where one stops before the other starts', () => {
    const service = {
      ports,
      volumes: [{ type: 'volume', source: 'data', target: '/data' }],
      gpus: [{}],
      hostname: 'api',
    };
    expect(noticesOf(service, {}, { options: { api: { order: 'stop-first' } } })).toEqual([]);
  });

  it('is a secret that comes from a variable', () => {
    expect(noticesOf({ ports }, { secrets: { token: { environment: 'TOKEN' } } })).toEqual([
      [
        'secrets.token.environment',
        'secrets.token comes from the variable TOKEN, which `docker compose up` on the server needs too when it makes a container anew',
      ],
    ]);
  });
});
