import type { Duplex } from 'node:stream';
import type { SwitchConnections, SwitchFolder } from './surroundings.ts';
import type { Color, SwitchChange, TrafficSwitch } from './traffic-switch.ts';

export interface NginxOptions {
  readonly app: string;
  readonly folder: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly command: readonly string[];
  readonly container: string | undefined;
}

export class NginxSwitch implements TrafficSwitch {
  constructor(options: NginxOptions, folder: SwitchFolder, connections: SwitchConnections) {
    void [options, folder, connections];
  }
  live(): Promise<Color | undefined> {
    throw new Error('being written');
  }
  recover(): Promise<string[]> {
    throw new Error('being written');
  }
  plan(): Promise<{ change: SwitchChange; because: string }> {
    throw new Error('being written');
  }
  ensure(): Promise<SwitchChange> {
    throw new Error('being written');
  }
  dismantle(): Promise<void> {
    throw new Error('being written');
  }
  closeConnections(): Promise<void> {
    throw new Error('being written');
  }
  shift(): Promise<number> {
    throw new Error('being written');
  }
  openAsClient(): Promise<Duplex> {
    throw new Error('being written');
  }
  inFlight(): Promise<number> {
    throw new Error('being written');
  }
  counters(): Promise<undefined> {
    throw new Error('being written');
  }
  observe(): Promise<undefined> {
    throw new Error('being written');
  }
}
