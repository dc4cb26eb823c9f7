import { expect, test } from 'vitest';
import { UndoStack } from '../src/undo-stack.ts';

function stackOf(steps: readonly (readonly [what: string, fails?: 'fails', rest?: 'rest needs it'])[]) {
  const done: string[] = [];
  const undo = new UndoStack();
  for (const [what, fails, rest] of steps) {
    const step = async (): Promise<void> => {
      done.push(what);
      if (fails) throw new Error('the line is cut');
    };
    undo.push(what, step, { restNeedsIt: rest !== undefined });
  }
  return { undo, done };
}

test('takes back the newest first, and only once', async () => {
  const { undo, done } = stackOf([['remove the network'], ['remove the container']]);
  expect(await undo.run()).toEqual([]);
  await undo.run();
  expect(done).toEqual(['remove the container', 'remove the network']);
});

test('a step that fails does not keep the others from being tried', async () => {
  const { undo, done } = stackOf([['remove the network'], ['remove the container', 'fails']]);
  expect(await undo.run()).toEqual(['Could not remove the container: the line is cut']);
  expect(done).toHaveLength(2);
});

test('what serves is not removed when the traffic could not be moved back', async () => {
  const { undo, done } = stackOf([
    ['remove the container'],
    ['record it', 'fails'],
    ['switch back', 'fails', 'rest needs it'],
    ['close the log'],
  ]);
  expect(await undo.run()).toEqual(['Could not switch back: the line is cut']);
  expect(done).toEqual(['close the log', 'switch back']);
});
