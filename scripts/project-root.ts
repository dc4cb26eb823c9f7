import { resolve } from 'node:path';

/** The checkout's folder, whatever folder a script was started in. */
export const projectRoot = resolve(import.meta.dirname, '..');
