import type { Duplex } from 'node:stream';
import { mapText, parseMapText } from './haproxy-config.ts';
import type { SwitchFolder } from './surroundings.ts';
import type { Color, SwitchChange, TrafficSwitch } from './traffic-switch.ts';

/** For services without a port: there is no traffic, only a note of which slot is the live one. */
export class UnroutedSwitch implements TrafficSwitch {
  readonly #folder: SwitchFolder;
  readonly #note: string;

  constructor(folder: SwitchFolder, path: string) {
    this.#folder = folder;
    this.#note = `${path}/live.map`;
  }

  async live(): Promise<Color | undefined> {
    return parseMapText((await this.#folder.read(this.#note)) ?? '');
  }

  async recover(): Promise<string[]> {
    return [];
  }

  async plan(): Promise<{ change: SwitchChange; because: string }> {
    return { change: 'unchanged', because: 'the service has no port' };
  }

  async ensure(first: Color): Promise<SwitchChange> {
    if (await this.live()) return 'unchanged';
    await this.#folder.write(this.#note, mapText(first), 0o600);
    return 'created';
  }

  async dismantle(): Promise<void> {
    await this.#folder.remove(this.#note);
  }

  async shift(color: Color): Promise<number> {
    const started = performance.now();
    await this.#folder.write(this.#note, mapText(color), 0o600);
    return performance.now() - started;
  }

  openAsClient(): Promise<Duplex> {
    return Promise.reject(new Error('a service without a port has no clients'));
  }

  async inFlight(): Promise<number> {
    return 0;
  }

  async closeConnections(): Promise<void> {}

  async sweep(): Promise<void> {}

  async settle(): Promise<void> {}

  async observe(): Promise<undefined> {
    return undefined;
  }
}
