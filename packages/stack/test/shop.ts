import type { ComposeSource, ResolvedProject, ResolvedService } from '../../compose/src/index.ts';
import { parseImageReference } from '../../engine/src/index.ts';
import type { StackDeployRequest } from '../src/stack-request.ts';

/** What users and jobs meet of it. */
export const shipped = ['migrate', 'api', 'web', 'worker', 'beat'] as const;
export const routed = ['api', 'web'] as const;

/** A front and an API with ports, a worker, a scheduler, a migration and a database. */
export const shopServices: Readonly<Record<string, ResolvedService>> = {
  db: {
    image: 'postgres:17',
    restart: 'always',
    volumes: [{ type: 'volume', source: 'data', target: '/d' }],
  },
  migrate: { build: {}, restart: 'no', depends_on: { db: { condition: 'service_started' } } },
  api: {
    build: {},
    restart: 'unless-stopped',
    ports: [{ mode: 'ingress', target: 8000, published: '8000', protocol: 'tcp' }],
    labels: { 'switchyard.health-path': '/health' },
    depends_on: { migrate: { condition: 'service_completed_successfully' } },
  },
  web: {
    build: {},
    restart: 'unless-stopped',
    ports: [{ mode: 'ingress', target: 3000, published: '3000', protocol: 'tcp' }],
    labels: { 'switchyard.health-path': '/' },
    depends_on: { api: { condition: 'service_started' } },
  },
  worker: {
    build: {},
    restart: 'unless-stopped',
    labels: { 'switchyard.health-command': 'check' },
    stop_grace_period: '1h0m0s',
  },
  beat: {
    build: {},
    restart: 'unless-stopped',
    command: ['celery', 'beat'],
    labels: { 'switchyard.health-command': 'check' },
  },
};

export type Services = Readonly<Record<string, ResolvedService>>;

export function projectOf(services: Services): ResolvedProject {
  const inDefault = Object.entries(services).map(([name, service]) => [
    name,
    { networks: { default: null }, ...service },
  ]);
  return {
    name: 'shop',
    services: Object.fromEntries(inDefault),
    networks: { default: { name: 'shop_default' } },
    volumes: { data: { name: 'shop_data' } },
  };
}

/** As one that builds `v1` names it. */
export function imageOf(service: string, version: string): string {
  return `registry.example/${service}@sha256:${version.replace('v', '').padStart(64, '0')}`;
}

export function versionOf(image: string | undefined): string {
  return `v${/@sha256:0*(\d+)$/.exec(image ?? '')?.[1]}`;
}

export interface ShopRequest extends Partial<Omit<StackDeployRequest, 'version'>> {
  /** Of all shipped services, unless `versions` has another. */
  readonly version?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly project?: Services;
  /** A config file that the web service mounts. */
  readonly settings?: { readonly text: string; readonly sha256: string };
}

export function requestOf({
  version = 'v1',
  versions = {},
  project = shopServices,
  settings,
  ...changes
}: ShopRequest) {
  const web = project.web;
  const services: Services =
    settings && web
      ? {
          ...project,
          web: {
            ...web,
            volumes: [{ type: 'bind', source: './settings.json', target: '/settings.json', read_only: true }],
          },
        }
      : project;
  const images = Object.entries(services).flatMap(([name, { build }]) => {
    if (build === undefined) return [];
    const text = imageOf(name, versions[name] ?? version);
    return [[name, { text, reference: parseImageReference(text) }] as const];
  });
  return {
    app: 'shop',
    origin: { runUrl: 'https://ci.example/runs/3', actor: 'bob', commit: undefined },
    ...{ lockWaitMs: 5000, forceUnlock: false, registryAuth: undefined, pullPolicy: 'missing' },
    source: sourceOf(services, settings),
    variables: new Map(),
    ...{ services: undefined, serviceOptions: {}, profiles: [] },
    images: new Map(images),
    splitCommand: (text: string) => text.split(' '),
    switch: { image: 'haproxy:3.4', requestTimeoutMs: undefined, trustedProxies: [] },
    ...{ preDeploy: undefined, postDeploy: undefined, order: 'start-first', version: undefined },
    health: {
      ...{ path: undefined, command: undefined, host: 'localhost', statuses: [{ from: 200, to: 299 }] },
      ...{ intervalMs: 1, timeoutMs: 500, threshold: 1, startTimeoutMs: 60 },
    },
    watch: { durationMs: 0, maxErrorRate: 0.05, maxLatencyP95Ms: undefined },
    ...{ drainTimeoutMs: 10, standby: 'stopped', keepReleases: 5 },
    ...changes,
  } as StackDeployRequest;
}

function sourceOf(services: Services, settings: ShopRequest['settings']): ComposeSource {
  const file = (path: string, text: string, isReadByCompose: boolean) => ({
    ...{ path, executable: false, isReadByCompose },
    content: Buffer.from(text),
  });
  const mount = settings && {
    path: 'settings.json',
    kind: 'file',
    sha256: settings.sha256,
    files: ['settings.json'],
  };
  return {
    projectDirectory: '.',
    files: [
      file('compose.yaml', JSON.stringify(projectOf(services)), true),
      ...(settings ? [file('settings.json', settings.text, false)] : []),
    ],
    ...{ composeFiles: ['compose.yaml'], envFiles: [], absent: [] },
    mounted: mount ? [mount] : [],
    tree: { services: new Map(), documents: [] },
  } as unknown as ComposeSource;
}
