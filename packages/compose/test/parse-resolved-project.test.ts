import { describe, expect, it } from 'vitest';
import { ComposeModelError, parseResolvedProject } from '../src/index.ts';

function parseService(service: unknown) {
  return parseResolvedProject(JSON.stringify({ name: 'shop', services: { api: service } })).services.api;
}

describe('what `docker compose config` prints', () => {
  it('is brought to one form where versions of Compose differ', () => {
    expect(
      parseService({
        command: null,
        entrypoint: ['run'],
        environment: { NUMBER: 5, NONE: null, ON: true },
        labels: ['a=b=c', 'bare'],
        ports: [
          { target: '80', published: 8080, protocol: 'tcp', mode: 'ingress' },
          { target: 7000, protocol: 'tcp' },
        ],
        expose: [3000],
        networks: ['web'],
        depends_on: ['db'],
        healthcheck: { test: 'true', disable: 'false' },
        deploy: { replicas: '2', resources: { limits: { cpus: 0.5 } } },
        scale: '2',
        secrets: ['key'],
        stop_grace_period: '1m30s',
        init: true,
      }),
    ).toEqual({
      command: null,
      entrypoint: ['run'],
      environment: { NUMBER: '5', NONE: null, ON: 'true' },
      labels: { a: 'b=c', bare: '' },
      ports: [
        { target: 80, published: '8080', protocol: 'tcp', mode: 'ingress' },
        { target: 7000, protocol: 'tcp' },
      ],
      expose: ['3000'],
      networks: { web: null },
      depends_on: { db: { condition: 'service_started' } },
      healthcheck: { test: ['CMD-SHELL', 'true'], disable: false },
      deploy: { replicas: 2, resources: { limits: { cpus: 0.5 } } },
      scale: 2,
      secrets: [{ source: 'key' }],
      stop_grace_period: '1m30s',
      init: true,
    });
  });

  it('has every dollar doubled, which is taken back', () => {
    const text = '{"name":"shop","services":{"api":{"environment":{"A":"$$x $$$$"},"labels":{"k$$":"v"}}}}';
    expect(parseResolvedProject(text).services.api).toEqual({
      environment: { A: '$x $$' },
      labels: { k$: 'v' },
    });
  });

  it('keeps what a release does not read, and reads networks, secrets and configs', () => {
    const project = {
      name: 'shop',
      services: { api: { image: 'a', blkio_config: { weight: 10 } } },
      networks: { web: { name: 'web', external: { name: 'web' } }, back: null },
      secrets: { key: { file: '/key' }, token: { environment: 'TOKEN' } },
      volumes: { data: { name: 'shop_data', labels: { a: 'b' } } },
      'x-other': [1],
    };
    expect(parseResolvedProject(JSON.stringify(project))).toEqual({
      ...project,
      networks: { web: { name: 'web', external: true }, back: null },
    });
  });

  it.each([
    ['not JSON', '{', 'the whole|it is not JSON'],
    ['a list', '[]', 'it is not a map'],
    ['no name', '{"services":{}}', 'name is not a name'],
    ['no services', '{"name":"shop"}', 'services is not a map'],
    ['a name with a slash', '{"name":"shop","services":{"../x":{}}}', 'a name in services is not a name'],
    [
      'a name of every object',
      '{"name":"shop","services":{"__proto__":{}}}',
      'a name in services is not a name',
    ],
    ['constructor', '{"name":"shop","services":{"constructor":{}}}', 'a name in services is not a name'],
  ])('is refused: %s', (_case, text, says) => {
    expect(() => parseResolvedProject(text)).toThrow(ComposeModelError);
    expect(() => parseResolvedProject(text)).toThrow(new RegExp(says));
  });

  it.each([
    ['a port of text', { ports: [{ target: 'http' }] }, 'services.api.ports[0].target is not a port'],
    ['a port too high', { ports: [{ target: 65_536 }] }, 'services.api.ports[0].target is not a port'],
    ['a port in short form', { ports: ['80:80'] }, 'services.api.ports[0] is not a map'],
    ['a command of text', { command: 'run' }, 'services.api.command is not a list'],
    ['a command of numbers', { command: [1] }, 'services.api.command[0] is not a text'],
    ['NUL', { image: 'a\0b' }, 'services.api.image is not a text'],
    ['a mount of text', { volumes: ['a:/a'] }, 'services.api.volumes[0] is not a map'],
    [
      'a dependency without a condition',
      { depends_on: { db: {} } },
      'services.api.depends_on.db.condition is not a text',
    ],
    ['half a replica', { deploy: { replicas: 0.5 } }, 'services.api.deploy.replicas is not a whole number'],
  ])('is refused by name: %s', (_case, service, says) => {
    expect(() => parseService(service)).toThrow(
      `What \`docker compose config\` printed cannot be used: ${says}`,
    );
  });

  it('is refused without a word of what may be secret', () => {
    const bad = [
      '{"name":"shop","services":{"api":{"environment":{"s3cret":{"s3cret":1}}}}}',
      '{"name":"shop","services":{"api":{"environment":"s3cret"}}}',
      '{"name":"shop","s3cret',
    ];
    for (const text of bad) {
      expect(() => parseResolvedProject(text)).toThrow(/^(?!.*s3cret).*cannot be used/);
    }
  });
});
