import type { Color } from '#switch';
import type {
  ImageFacts,
  PlanningFacts,
  ReleaseFacts,
  ResolvedProject,
  ResolvedService,
  ServiceOptions,
} from '../src/index.ts';
import { planServices } from '../src/index.ts';

/** A project called shop with these services, as Compose resolves them: each in the default network. */
export function projectOf(
  services: Readonly<Record<string, ResolvedService>>,
  rest: Partial<ResolvedProject> = {},
): ResolvedProject {
  const entries = Object.entries(services).map(([name, service]): [string, ResolvedService] => [
    name,
    service.network_mode === undefined ? { networks: { default: null }, ...service } : service,
  ]);
  return {
    name: 'shop',
    networks: { default: { name: 'shop_default' } },
    ...rest,
    services: Object.fromEntries(entries),
  };
}

export function factsOf(
  shipped: readonly string[],
  rest: {
    options?: Readonly<Record<string, ServiceOptions>>;
    imageFacts?: Readonly<Record<string, ImageFacts>>;
  } = {},
): PlanningFacts {
  return {
    shipped,
    options: rest.options ?? {},
    imageFacts: rest.imageFacts ?? {},
    splitCommand: (text) => text.split(' '),
  };
}

/** The plan of one shipped service that is called `api`. */
export function planOf(service: ResolvedService, options: ServiceOptions = {}, image?: ImageFacts) {
  const facts = factsOf(['api'], {
    options: { api: options },
    ...(image ? { imageFacts: { api: image } } : {}),
  });
  const plan = planServices(projectOf({ api: service }), facts).api;
  if (plan === undefined) throw new Error('no plan');
  return plan;
}

export function releaseFactsOf(
  routed: readonly string[],
  colors: Readonly<Record<string, Color>>,
  rest: Partial<ReleaseFacts> = {},
): ReleaseFacts {
  const slots = routed.map((name, index) => [
    name,
    { blue: `172.30.0.${2 * index + 2}`, green: `172.30.0.${2 * index + 3}` },
  ]);
  const images = Object.keys(colors).map((name) => [
    name,
    `registry.example/${name}@sha256:${'a'.repeat(64)}`,
  ]);
  return {
    app: 'shop',
    images: Object.fromEntries(images),
    colors,
    slots: Object.fromEntries(slots),
    network: { subnet: '172.30.0.0/24', gateway: '172.30.0.1', ipRange: '172.30.0.128/25' },
    switch: {
      image: `haproxy@sha256:${'b'.repeat(64)}`,
      uid: 1000,
      gid: 1000,
      isRootless: false,
      folder: (service) => `/home/deploy/.switchyard/shop/switch/${service}`,
    },
    movedPaths: new Map(),
    keptDefinitions: {},
    ...rest,
  };
}
