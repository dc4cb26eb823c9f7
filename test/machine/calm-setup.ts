import { beforeEach } from 'vitest';
import { waitForCalmMachine } from './calm-machine.ts';

const maxWaitMs = 4 * 60_000;

// Before every attempt, so that what a busy host has spoilt is repeated when it is over.
beforeEach(() => waitForCalmMachine(maxWaitMs), maxWaitMs + 30_000);
