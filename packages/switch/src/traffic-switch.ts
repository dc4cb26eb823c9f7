import type { Duplex } from 'node:stream';

/** The two slots of an app. Each has a fixed address, so that a reboot can't swap them. */
export type Color = 'blue' | 'green';

export const colors: readonly Color[] = ['blue', 'green'];

export function otherColor(color: Color): Color {
  return color === 'blue' ? 'green' : 'blue';
}

/** Where a slot's container listens. */
export interface SlotAddress {
  readonly host: string;
  readonly port: number;
}

export type Protocol = 'http' | 'h2c' | 'tcp';

/** What a slot's container answers to; each slot for itself, because a release may move to another port or to h2c. */
export interface SlotTarget extends SlotAddress {
  readonly protocol: Protocol;
}

export type SlotTargets = Readonly<Record<Color, SlotTarget>>;

/** One request that the switch has finished, as its log tells it. */
export interface FinishedRequest {
  readonly color: Color;
  /** HTTP status; undefined for TCP. */
  readonly status: number | undefined;
  /** Undefined for TCP. */
  readonly latencyMs: number | undefined;
  /** The switch itself could not get an answer from the app. */
  readonly failed: boolean;
}

/** What ensure() had to do. */
export type SwitchChange = 'unchanged' | 'created' | 'replaced' | 'restarted';

/** What moves traffic between two slots, whoever made the process that does it. */
export interface TrafficControl {
  /** The slot that serves now, as the switch itself says; undefined when it serves none. */
  live(): Promise<Color | undefined>;
  /**
   * Sends every new request to `color`, at once, and with it what still waits for a connection to the other slot, whose
   * container may have died. That is for switches that let requests wait: nginx answers 502 at once, and a service
   * without a port has none. Established connections stay where they are. Returns how long the flip took, in ms.
   */
  shift(color: Color): Promise<number>;
  /** Requests that a slot answers or that wait for it, counted over every process that still serves one. */
  inFlight(color: Color): Promise<number>;
  /** Cuts the connections that a slot still has, such as a WebSocket to a version that is about to be paused. */
  closeConnections(color: Color): Promise<void>;
  /** Streams finished requests until `stop`, or undefined where the switch has no such stream. */
  observe(onRequest: (request: FinishedRequest) => void): Promise<{ stop(): void } | undefined>;
  /**
   * Opens a connection that reaches the app as a client's would, and says which slot answers by the header
   * `switchyard-color` when the request carries `switchyard-probe`.
   */
  openAsClient(): Promise<Duplex>;
}

/**
 * Moves an app's traffic between its two slots. Every method leaves a healthy slot serving if it fails or if the
 * process dies half-way.
 */
export interface TrafficSwitch extends TrafficControl {
  /**
   * Mends what a killed job or a restart has left: starts a switch that is down, ends a half-done replacement,
   * makes the file say what the process does. Returns one sentence for each thing it did.
   */
  recover(): Promise<string[]>;
  /** Says what ensure() would do, and why; changes nothing. */
  plan(targets: SlotTargets): Promise<{ change: SwitchChange; because: string }>;
  /**
   * Brings the switch to its definition. A new switch serves `first`; an existing one goes on serving what it
   * serves, and is replaced without losing a request where the Engine allows it.
   */
  ensure(first: Color, targets: SlotTargets): Promise<SwitchChange>;
  /** The deploy went well: what it changed of the switch is what the next one finds. */
  settle(): Promise<void>;
  /** What a person must know of the last plan() or ensure(), as one sentence. */
  readonly notice?: string | undefined;
  /** Takes the switch away with all its files; what a failed first deploy created. */
  dismantle(): Promise<void>;
  /** Removes what an earlier replacement has left and nothing goes through any more. */
  sweep(): Promise<void>;
}
