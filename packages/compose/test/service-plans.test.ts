import { describe, expect, it } from 'vitest';
import type { ResolvedService, ServiceOptions } from '../src/index.ts';
import { planServices, shippedServices, UnknownServiceError } from '../src/index.ts';
import { factsOf, planOf, projectOf } from './projects.ts';

const exposing = (...tcpPorts: number[]) => ({ tcpPorts, hasHealthcheck: false });
const publishing = (target: number, protocol = 'tcp') => ({ ports: [{ target, protocol, published: '80' }] });

describe('what a release ships', () => {
  const project = projectOf({ api: { build: {} }, web: { build: {}, image: 'web' }, db: { image: 'db' } });

  it('is what the project builds and what is given an image', () => {
    expect(shippedServices(project, { services: undefined, images: [] })).toEqual(['api', 'web']);
    expect(shippedServices(project, { services: undefined, images: ['db'] })).toEqual(['api', 'web', 'db']);
  });

  it('is what is asked for, and only that', () => {
    expect(shippedServices(project, { services: ['db'], images: ['db'] })).toEqual(['db']);
  });

  it.each([
    ['services', { services: ['apj'], images: [] }],
    ['images', { services: undefined, images: ['apj'] }],
  ])('is refused where %s names what is not there', (input, asked) => {
    expect(() => shippedServices(project, asked)).toThrow(UnknownServiceError);
    expect(() => shippedServices(project, asked)).toThrow(
      `${input} names apj, which the Compose project does not have; its services are api, web, db (`,
    );
  });
});

describe('the role of a service', () => {
  it('is kept where the release does not ship it', () => {
    expect(planServices(projectOf({ db: publishing(5432) }), factsOf([])).db).toEqual({
      service: 'db',
      role: 'kept',
      because: 'this release does not ship it',
    });
  });

  const labels = { 'traefik.http.services.api.loadbalancer.server.port': '3000' };
  const ports: [string, ResolvedService, ServiceOptions, number[], number[], string][] = [
    ['an option', publishing(80), { ports: [{ port: 9000 }] }, [], [9000, 80], 'its port is given'],
    [
      'a label',
      { ...publishing(80), labels: { 'switchyard.port': '81' } },
      {},
      [],
      [81, 80],
      'its port is given',
    ],
    ['`ports`', { ...publishing(80), expose: ['9100', '80'] }, {}, [], [80, 9100], 'it has `ports`'],
    ['`expose`', { expose: ['3000-3001', '5000/udp'] }, {}, [], [3000, 3001], 'it has `expose`'],
    ['Traefik’s label', { labels }, {}, [], [3000], 'its Traefik labels name a port'],
    ['the image', {}, {}, [8000], [8000], 'its image exposes port 8000'],
  ];
  it.each(ports)('is routed by %s', (_case, service, options, exposed, expected, because) => {
    const plan = planOf(service, options, exposing(...exposed));
    expect(plan).toMatchObject({ role: 'routed', order: 'start-first', because });
    expect(plan.role === 'routed' && plan.ports.map(({ port }) => port)).toEqual(expected);
  });

  it.each<[string, ResolvedService, ServiceOptions, number[]]>([
    ['nothing names a port', {}, {}, []],
    ['the command is not the image’s', { command: ['celery', 'worker'] }, {}, [8000]],
    ['the entrypoint is not the image’s', { entrypoint: ['celery'] }, {}, [8000]],
    ['it is told to have none', { expose: ['80'] }, { ports: [] }, [80]],
  ])('is a worker where %s', (_case, service, options, exposed) => {
    expect(planOf(service, options, exposing(...exposed))).toMatchObject({
      role: 'worker',
      order: 'start-first',
    });
  });

  it('is a job where somebody waits for its end, whatever its port', () => {
    const project = projectOf({
      api: { depends_on: { migrate: { condition: 'service_completed_successfully' } } },
      migrate: { restart: 'on-failure', expose: ['80'] },
    });
    expect(planServices(project, factsOf(['api', 'migrate'])).migrate).toEqual({
      service: 'migrate',
      role: 'job',
      because: 'api waits until it has completed',
    });
  });

  it('is a job where the file says that it is never restarted, and nothing says that it stays up', () => {
    expect(planOf({ restart: 'no' })).toMatchObject({ role: 'job' });
    expect(planOf({ deploy: { restart_policy: { condition: 'none' } } })).toMatchObject({ role: 'job' });
    expect(planOf({})).toMatchObject({ role: 'worker' });
    expect(planOf({ restart: 'no', ...publishing(80) })).toMatchObject({ role: 'routed' });
    expect(planOf({ restart: 'no' }, { order: 'start-first' })).toMatchObject({ role: 'worker' });
    expect(planOf({ restart: 'no', command: ['crond', '-f'] })).toMatchObject({ role: 'worker' });
  });

  it('is a worker that stops first where its port is the server’s own', () => {
    expect(planOf({ network_mode: 'host', expose: ['8080'] })).toMatchObject({
      role: 'worker',
      order: 'stop-first',
      hostPort: { port: 8080, protocol: 'http' },
      because:
        "its port is in the server's own network, stop-first because two containers cannot have one port there",
    });
  });
});

describe('the protocol of a port', () => {
  const cases: [string, ResolvedService, ServiceOptions, string][] = [
    ['HTTP where nothing is said', publishing(80), {}, 'http'],
    ['TCP where the port is known for it', publishing(443), {}, 'tcp'],
    ['what the option says', publishing(443), { protocol: 'h2c' }, 'h2c'],
    ['what the port says in the option', publishing(80), { ports: [{ port: 80, protocol: 'tcp' }] }, 'tcp'],
    ['what the label says', { ...publishing(80), labels: { 'switchyard.protocol': 'tcp' } }, {}, 'tcp'],
    ['gRPC’s', { ports: [{ target: 80, app_protocol: 'grpc' }] }, {}, 'h2c'],
    ['that of a database', { ports: [{ target: 80, app_protocol: 'mysql' }] }, {}, 'tcp'],
    ['FastCGI’s', { expose: ['9000'], command: ['/usr/sbin/php-fpm8.3', '-F'] }, {}, 'tcp'],
  ];
  it.each(cases)('is %s', (_case, service, options, protocol) => {
    const plan = planOf(service, options);
    expect(plan.role === 'routed' && plan.ports[0]?.protocol).toBe(protocol);
  });
});

describe('the order of a worker', () => {
  it.each([
    [['celery', '-A', 'shop', 'beat'], "Celery's beat"],
    [['celery', '-A', 'shop', 'worker', '-B'], 'a Celery worker with its beat (-B)'],
    [['sh', '-c', 'cd /srv && exec /venv/bin/celery -A shop beat'], "Celery's beat"],
    [['rqscheduler'], 'the RQ scheduler'],
    [['bundle', 'exec', 'clockwork', 'clock.rb'], 'Clockwork'],
    [['/usr/sbin/cron', '-f'], 'cron'],
    [['supercronic', '/etc/crontab'], 'Supercronic'],
    [['ofelia', 'daemon'], 'Ofelia'],
    [['php', 'artisan', 'schedule:work'], "Laravel's scheduler"],
    [['airflow', 'scheduler'], "Airflow's scheduler"],
  ])('is stop-first for %j', (command, named) => {
    expect(planOf({ command })).toMatchObject({
      order: 'stop-first',
      because: `it has no port, stop-first because its command is ${named}`,
    });
  });

  it('is stop-first where the image’s own command is a scheduler, or the name is one’s', () => {
    const image = { ...exposing(), entrypoint: ['tini', '--'], command: ['crond', '-f'] };
    expect(planOf({}, {}, image)).toMatchObject({ order: 'stop-first' });
    expect(planOf({ entrypoint: ['run'] }, {}, image)).toMatchObject({ order: 'start-first' });
    const project = projectOf({ 'celery-beat': {}, heartbeat: {} });
    const plans = planServices(project, factsOf(['celery-beat', 'heartbeat']));
    expect(plans['celery-beat']).toMatchObject({ order: 'stop-first' });
    expect(plans.heartbeat).toMatchObject({ order: 'start-first' });
  });

  it('is stop-first where it publishes ports that no switch has', () => {
    expect(planOf(publishing(514, 'udp'))).toMatchObject({ role: 'worker', order: 'stop-first' });
    expect(planOf(publishing(80), { ports: [] })).toMatchObject({ role: 'worker', order: 'stop-first' });
  });

  it('is what a person says, the option before the label', () => {
    const beat = { command: ['celery', 'beat'] };
    expect(planOf(beat, { order: 'start-first' })).toMatchObject({ order: 'start-first' });
    expect(planOf({}, { singleton: true })).toMatchObject({ order: 'stop-first' });
    expect(planOf({ labels: { 'switchyard.order': 'stop-first' } })).toMatchObject({ order: 'stop-first' });
    expect(planOf({ labels: { 'switchyard.order': 'stop-first' } }, { order: 'start-first' })).toMatchObject({
      order: 'start-first',
    });
    expect(planOf({ deploy: { update_config: { order: 'stop-first' } } })).toMatchObject({
      order: 'stop-first',
    });
    expect(planOf({ ...publishing(80), deploy: { update_config: { order: 'stop-first' } } })).toMatchObject({
      role: 'routed',
      because: 'it has `ports`, stop-first because `deploy.update_config.order` says so',
    });
  });
});

describe('the health of a service', () => {
  const own = { healthcheck: { test: ['CMD-SHELL', 'curl -f localhost'] } };
  const healthy = { tcpPorts: [], hasHealthcheck: true };
  const none = { path: undefined, command: undefined };

  it('is asked by the path, then the command, then its own check, then the image’s, then the port', () => {
    const port = publishing(80);
    const options = { healthPath: '/up', healthCommand: ['check'] };
    const health = (service: ResolvedService, given: ServiceOptions = {}, image = exposing()) => {
      const plan = planOf(service, given, image);
      return plan.role === 'routed' || plan.role === 'worker' ? plan.health : undefined;
    };
    expect(health({ ...port, ...own }, options)).toEqual({ ...none, path: '/up', by: 'path' });
    expect(health(own, options)).toEqual({ ...none, command: ['check'], by: 'command' });
    const script = ['/bin/sh', '-c', 'curl -f localhost'];
    expect(health({ ...port, ...own })).toEqual({ ...none, command: script, by: 'healthcheck' });
    expect(health({ healthcheck: { test: ['CMD', 'up', '-q'] } })).toEqual({
      ...none,
      command: ['up', '-q'],
      by: 'healthcheck',
    });
    expect(health(port, {}, healthy)).toEqual({ ...none, by: 'image' });
    expect(health({ ...port, healthcheck: { disable: true } }, {}, healthy)).toEqual({ ...none, by: 'port' });
    expect(health({ healthcheck: { test: ['NONE'] } }, {}, healthy)).toEqual({ ...none, by: 'running' });
  });
});

describe('a service that is named and owns a volume', () => {
  const volumes = [{ type: 'volume', source: 'data', target: '/data' }];
  const planOf = (service: ResolvedService, tcpPorts: number[] = []) =>
    planServices(
      { name: 'shop', services: { one: service } },
      {
        shipped: ['one'],
        options: {},
        imageFacts: { one: { tcpPorts, hasHealthcheck: false } },
        splitCommand: (text) => text.split(' '),
      },
    ).one;

  it.each<[string, ResolvedService]>([
    ['a database', { image: 'postgres:15', volumes, ports: [{ target: 5432, published: '5432' }] }],
    [
      'a database of a registry',
      { image: 'registry.example:5000/team/timescale/timescaledb:2@sha256:00', volumes },
    ],
    ['what only its image exposes a port of', { image: 'acme/store:1', volumes }],
  ])('is stopped first: %s', (_, service) => {
    expect(planOf(service, [5432])).toMatchObject({ role: 'worker', order: 'stop-first' });
  });

  it.each<[string, ResolvedService]>([
    ['one whose port the file names', { image: 'acme/api:1', volumes, expose: ['8000'] }],
    ['one that the project builds', { build: {}, volumes, ports: [{ target: 80, published: '80' }] }],
    [
      'one with a volume that it only reads',
      {
        image: 'postgres:15',
        volumes: [{ type: 'volume', source: 'data', target: '/data', read_only: true }],
      },
    ],
  ])('is routed as any other: %s', (_, service) => {
    expect(planOf(service, [5432])).toMatchObject({ role: 'routed', order: 'start-first' });
  });
});
