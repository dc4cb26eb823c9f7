import { expect, test } from 'vitest';
import { StepLog } from '../src/log.ts';
import { Masker } from '../src/masker.ts';

function logInto(lines: string[], masker = new Masker()): StepLog {
  const write = (text: string) => void lines.push(text);
  const none = () => undefined;
  const commands = { info: write, notice: write, warning: write, error: write, debug: write };
  return new StepLog({ ...commands, startGroup: none, endGroup: none }, masker);
}

test('no annotation changes the reading direction of the page that shows it', () => {
  const lines: string[] = [];
  const log = logInto(lines);
  log.failure('The server said "a\u202eb\u2066c\u200bd".\n- Try again.');
  log.warning('x\u061cy\ufeff');
  expect(lines).toEqual(['The server said "abcd".\n- Try again.', 'xy']);
});

test('a secret that such a mark has cut in two is masked all the same', () => {
  const lines: string[] = [];
  const masker = new Masker();
  masker.add('hunter2-secret');
  logInto(lines, masker).failure('It said hunter2\u202e-secret.');
  expect(lines).toEqual(['It said ***.']);
});

test('a secret that goes on in the next line of a foreign text is masked, line by line and as a whole', () => {
  const lines: string[] = [];
  const masker = new Masker();
  const secret = Array.from({ length: 20 }, (_, index) => `word-${index}`).join('/');
  masker.add(secret);
  const wrapped = Buffer.from(secret).toString('base64').replace(/.{76}/g, '$&\n');
  logInto(lines, masker).untrusted(`before\n${wrapped}\nafter ${secret}`);
  expect(lines[0]).toBe('  | before');
  expect(lines.at(-1)).toBe('  | after ***');
  expect(lines.slice(1, -1).join('').length).toBeLessThanOrEqual(12);
});

test('of a foreign text without a line nothing is printed', () => {
  const lines: string[] = [];
  logInto(lines).untrusted('');
  expect(lines).toEqual([]);
});
