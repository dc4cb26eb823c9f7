import type { RoutedPort, ServiceHealth, ServiceOrder, SlotAddresses } from '#compose';
import type { RecordedRelease, ReleaseImage, RolloutSettings } from '#release';
import type { Color } from '#switch';

/** One above that of a single app's releases, so that an older Switchyard refuses it rather than mangles it. */
export const stackFormat = 2;

/** One release of a whole Compose stack on one server. */
export interface StackRelease extends RecordedRelease {
  readonly format: typeof stackFormat;
  readonly kind: 'stack';
  /** What this release ships, by the service's name; what it leaves alone is not in it. */
  readonly services: Readonly<Record<string, ReleasedService>>;
  /** Where the stack's own network lies, and which addresses its routed services have there, for good. */
  readonly network: StackNetwork;
  /** `order` and `standby` have no meaning here: each service has its own order, and none a standby. */
  readonly rollout: RolloutSettings;
  readonly switch: StackSwitchSettings;
  /** The folder on the server that relative paths mean which the checkout does not have; undefined without any. */
  readonly dataFolder: string | undefined;
}

export interface ReleasedService {
  readonly role: 'routed' | 'worker' | 'job';
  readonly order: ServiceOrder;
  readonly color: Color;
  readonly image: ReleaseImage;
  /** Of a routed service; the first is the one that is probed. */
  readonly ports: readonly RoutedPort[];
  readonly health: ServiceHealth;
  /** Between the stop signal and the kill: how long jobs in hand may take. */
  readonly stopGraceMs: number;
}

export interface StackNetwork {
  /** CIDR */
  readonly subnet: string;
  readonly gateway: string;
  /** The part from which the Engine hands out addresses itself, as CIDR; the slots lie outside of it. */
  readonly ipRange: string;
  readonly slots: Readonly<Record<string, SlotAddresses>>;
}

/** The same for the switches of all services. */
export interface StackSwitchSettings {
  readonly image: string;
  readonly requestTimeoutMs: number | undefined;
  readonly trustedProxies: readonly string[];
}

export type RoutedService = ReleasedService & { readonly role: 'routed' };

export function routedServices(release: StackRelease): readonly (readonly [string, RoutedService])[] {
  return Object.entries(release.services).filter(
    (entry): entry is [string, RoutedService] => entry[1].role === 'routed',
  );
}

/** As a choice among releases knows it. */
export function choosable(
  release: StackRelease,
): StackRelease & { images: readonly ReleaseImage[]; config: unknown } {
  const entries = Object.entries(release.services);
  const config = entries.map(([name, { image: _, color: __, ...rest }]) => [name, rest]);
  return { ...release, images: entries.map(([, { image }]) => image), config };
}
