import { type Color, type ServiceSwitch, TrafficMovedError } from '#switch';

/** The switches of a stack, one for each service that has a port; made when they are first asked for. */
export class ServiceSwitches {
  readonly #make: (service: string) => ServiceSwitch;
  readonly #known = new Map<string, ServiceSwitch>();

  constructor(make: (service: string) => ServiceSwitch) {
    this.#make = make;
  }

  of(service: string): ServiceSwitch {
    const known = this.#known.get(service) ?? this.#make(service);
    this.#known.set(service, known);
    return known;
  }

  /**
   * Moves several services at once, and returns how long the slowest flip took, in ms. All are tried, whatever becomes
   * of the others: the way back has to know of each.
   *
   * @throws the first failure; TrafficMovedError only where all have moved
   */
  async shift(services: ReadonlyMap<string, Color>): Promise<number> {
    const flips = await Promise.allSettled(
      [...services].map(([service, color]) => this.of(service).shift(color)),
    );
    const failures = flips.flatMap((flip) => (flip.status === 'rejected' ? [flip.reason] : []));
    const hasNotMoved = failures.find((failure) => !(failure instanceof TrafficMovedError));
    if (failures.length > 0) throw hasNotMoved ?? failures[0];
    return Math.max(0, ...flips.map((flip) => (flip.status === 'fulfilled' ? flip.value : 0)));
  }
}
