import { describe, expect, it } from 'vitest';
import type { ResolvedService } from '../src/index.ts';
import { planServices, startWaves } from '../src/index.ts';
import { factsOf, projectOf } from './projects.ts';

const needs = (conditions: Readonly<Record<string, string>>): ResolvedService => ({
  depends_on: Object.fromEntries(
    Object.entries(conditions).map(([name, condition]) => [name, { condition: `service_${condition}` }]),
  ),
});

function wavesOf(services: Readonly<Record<string, ResolvedService>>, shipped: readonly string[]) {
  const project = projectOf(services);
  const { waves, needed } = startWaves(planServices(project, factsOf(shipped)), project);
  return { waves: waves.map(({ services: wave }) => wave), needed };
}

describe('the order in which services start', () => {
  it('follows what they need, jobs before what waits for their end', () => {
    expect(
      wavesOf(
        {
          frontend: needs({ backend: 'healthy' }),
          backend: needs({ migrate: 'completed_successfully', postgres: 'healthy', redis: 'started' }),
          migrate: needs({ postgres: 'started' }),
          worker: needs({ redis: 'healthy' }),
          postgres: {},
          redis: {},
          kuma: {},
        },
        ['frontend', 'backend', 'migrate', 'worker'],
      ),
    ).toEqual({
      waves: [['migrate', 'worker'], ['backend'], ['frontend']],
      needed: [
        { service: 'postgres', condition: 'healthy' },
        { service: 'redis', condition: 'healthy' },
      ],
    });
  });

  it('goes through services that are kept, which come after what they need', () => {
    expect(
      wavesOf(
        {
          web: needs({ proxy: 'started' }),
          proxy: needs({ api: 'healthy', cache: 'healthy' }),
          api: {},
          cache: needs({ disk: 'completed_successfully' }),
          disk: {},
        },
        ['web', 'api'],
      ),
    ).toEqual({
      waves: [['api'], ['web']],
      needed: [
        { service: 'disk', condition: 'completed' },
        { service: 'cache', condition: 'healthy' },
        { service: 'proxy', condition: 'started' },
      ],
    });
  });

  it('passes over what the project does not have, and ends in a circle too', () => {
    expect(wavesOf({ a: needs({ gone: 'started' }) }, ['a'])).toEqual({ waves: [['a']], needed: [] });
    expect(wavesOf({ a: needs({ b: 'started' }), b: needs({ a: 'started' }) }, ['a', 'b']).waves).toEqual([
      ['a', 'b'],
    ]);
    expect(
      wavesOf({ a: needs({ b: 'started' }), b: needs({ c: 'started' }), c: needs({ b: 'healthy' }) }, ['a']),
    ).toEqual({
      waves: [['a']],
      needed: [
        { service: 'b', condition: 'healthy' },
        { service: 'c', condition: 'started' },
      ],
    });
  });
});
