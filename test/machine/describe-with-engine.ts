import { describe, inject } from 'vitest';
import type { EngineHandle } from './engine.ts';
import type {} from './global-setup.ts';

/** A suite that needs the Docker Engine; without one its tests are skipped, the reason in the suite's name. */
export function describeWithEngine(name: string, body: (engine: EngineHandle) => void): void {
  const engine = inject('engine');
  if ('missing' in engine) {
    describe.skip(`${name} [${engine.missing}]`, () => body({ socket: '', version: '' }));
  } else {
    describe(`${name} (Engine ${engine.version})`, () => body(engine));
  }
}
