import { describe, expect, it } from 'vitest';
import type { ReleaseFacts, ResolvedProject, ResolvedService } from '../src/index.ts';
import {
  composeFileText,
  definitionChanges,
  isSameButForColor,
  planServices,
  recolored,
  releasedProject,
} from '../src/index.ts';
import { factsOf, projectOf, releaseFactsOf } from './projects.ts';

const ports = [{ target: 80, published: '8080', protocol: 'tcp' }];
const key = { secrets: { key: { file: '/files/1/key' } } };

function release(
  color: 'blue' | 'green',
  service: ResolvedService = {},
  rest: Partial<ResolvedProject> = key,
) {
  const project = projectOf({ api: { ports, secrets: [{ source: 'key' }], ...service }, worker: {} }, rest);
  const facts: ReleaseFacts = releaseFactsOf(['api'], { api: color, worker: color });
  return releasedProject(project, planServices(project, factsOf(['api', 'worker'])), facts);
}

const slots = { blue: '172.30.0.2', green: '172.30.0.3' };

describe('a service of another colour', () => {
  it('differs in its label and its address only', () => {
    const blue = release('blue');
    const green = recolored(recolored(blue, 'api', 'green', slots), 'worker', 'green', undefined);
    expect(composeFileText(green)).toBe(composeFileText(release('green')));
    expect(isSameButForColor(blue, green, 'api')).toBe(true);
    expect(isSameButForColor(blue, green, 'worker')).toBe(true);
    expect(() => recolored(blue, 'gone', 'blue', undefined)).toThrow(TypeError);
  });

  it.each<[string, ResolvedProject]>([
    ['image', release('green', { environment: { A: '1' } })],
    ['label', release('green', { labels: { a: 'b' } })],
    ['network', release('green', { networks: { default: { priority: 1 } } })],
    ['secret’s file', release('green', {}, { secrets: { key: { file: '/files/2/key' } } })],
    ['network’s name', release('green', {}, { ...key, networks: { default: { name: 'other' } } })],
    ['absence', { ...release('green'), services: {} }],
  ])('is another service by its %s', (_case, after) => {
    expect(isSameButForColor(release('blue'), after, 'api')).toBe(false);
  });

  it('is another service when it waits for something else, which older Compose would replace it for', () => {
    const after = release('green', { depends_on: { worker: { condition: 'service_started' } } });
    expect(isSameButForColor(release('blue'), after, 'api')).toBe(false);
  });
});

describe('what has changed in a kept service', () => {
  it('is named for people, without a value that may be secret', () => {
    const before: ResolvedService = {
      image: 'postgres:16',
      command: ['--requirepass', 's3cret'],
      environment: { PASSWORD: 's3cret', OLD: 's3cret', SAME: '1' },
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'bind', source: '/a', target: '/init.sql' },
      ],
      ports: [{ target: 5432, published: '5432', protocol: 'tcp' }],
      restart: 'always',
      pull_policy: 'always',
      healthcheck: { test: ['CMD', 's3cret'] },
    };
    const after: ResolvedService = {
      image: 'postgres:17',
      command: ['--requirepass', 's3cret2'],
      environment: { PASSWORD: 's3cret2', NEW: 's3cret', SAME: '1' },
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'bind', source: '/b', target: '/init.sql' },
      ],
      ports: [{ target: 5432, published: '5433', protocol: 'tcp' }],
      shm_size: '1g',
      entrypoint: null,
    };
    expect(definitionChanges(before, after)).toEqual([
      'command changed',
      'environment: NEW added, OLD removed, PASSWORD changed',
      'healthcheck removed',
      'image postgres:16 → postgres:17',
      'ports: 5432:5432/tcp removed, 5433:5432/tcp added',
      'restart always → none',
      'shm_size added',
      'volumes: /init.sql changed',
    ]);
    expect(definitionChanges(after, after)).toEqual([]);
  });
});
