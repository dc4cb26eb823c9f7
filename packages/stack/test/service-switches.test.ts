import { expect, test } from 'vitest';
import { type ServiceSwitch, TrafficMovedError } from '../../switch/src/index.ts';
import { ServiceSwitches } from '../src/service-switches.ts';

/** Shifts the services of which some fail. */
function shifting(failures: Readonly<Record<string, Error>>, ...services: string[]): Promise<number> {
  const switches = new ServiceSwitches((service) => {
    const failure = failures[service];
    return { shift: async () => (failure ? Promise.reject(failure) : 1) } as unknown as ServiceSwitch;
  });
  return switches.shift(new Map(services.map((service) => [service, 'blue'])));
}

const moved = new TrafficMovedError('The switch of web serves blue, but …');
const silent = new Error('The switch of api did not answer.');

test('a switch that has moved without its file does not hide one that has not moved', async () => {
  await expect(shifting({ web: moved, api: silent }, 'web', 'api')).rejects.toBe(silent);
});

test('where all have moved, the file that does not say so is told', async () => {
  await expect(shifting({ web: moved }, 'api', 'web')).rejects.toBe(moved);
});
