import { expect, test } from 'vitest';
import { TrafficMovedError, type TrafficSwitch } from '../../switch/src/index.ts';
import type { Candidate, DeployContext, DeployProgress, Ground } from '../src/deploy-context.ts';
import { Timeline } from '../src/timeline.ts';
import { UndoStack } from '../src/undo-stack.ts';
import { planSwitchBack } from '../src/way-back.ts';
import { aRelease } from './releases.ts';

/** The way back of a deploy whose switch throws this when the traffic is to go back. */
async function goBack(thrown: Error) {
  const done: string[] = [];
  const undo = new UndoStack();
  undo.push('remove the new version', async () => void done.push('remove'));
  const progress = { rolledBack: false, findings: [], switched: true, settled: false } as DeployProgress;
  const trafficSwitch = {
    shift: () => Promise.reject(thrown),
    inFlight: async () => 0,
    closeConnections: async () => undefined,
    sweep: async () => undefined,
  } as unknown as TrafficSwitch;
  const nothing = () => undefined;
  const context = {
    request: { config: { stopTimeoutMs: 1_000 }, drainTimeoutMs: 10 },
    server: { engine: { containers: { stop: async () => void done.push('stop') } } },
    reporter: { warning: (text: string) => done.push(text), progress: nothing },
    store: { save: async () => undefined },
    timeline: new Timeline(0, () => performance.now()),
    nowMs: () => 0,
    ...{ progress, undo },
  } as unknown as DeployContext;
  const ground = {
    trafficSwitch,
    state: { live: { id: 'c-old', releaseId: 'old' } },
    signal: new AbortController().signal,
  } as unknown as Ground;
  const candidate = { id: 'c-new', oldWasStopped: false } as unknown as Candidate;
  planSwitchBack(context, ground, aRelease({ color: 'green' }), candidate, 'blue');
  return { troubles: await undo.run(), done, progress };
}

test('where the traffic has gone back, the rest is undone, and that its file does not say so is told', async () => {
  const { troubles, done, progress } = await goBack(new TrafficMovedError('The switch serves blue, but …'));
  expect(progress.rolledBack).toBe(true);
  expect(done).toEqual(['Switched back to release old (blue).', 'stop', 'remove']);
  expect(troubles).toEqual(['Could not write down where the traffic is: The switch serves blue, but …']);
});

test('where nobody knows where the traffic is, both versions stay', async () => {
  const { troubles, done, progress } = await goBack(new Error('The switch did not answer.'));
  expect(progress.rolledBack).toBe(false);
  expect(done).toEqual([]);
  expect(troubles).toEqual(['Could not switch back: The switch did not answer.']);
});
