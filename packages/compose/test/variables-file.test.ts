import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../src/env-file.ts';
import { ComposeSourceError, writeVariablesFile } from '../src/index.ts';
import { awkwardValues } from './variables-cases.ts';

describe('the file of variables', () => {
  it('gives back every value', () => {
    const variables = new Map(awkwardValues.map((value, index) => [`V${index}`, value]));
    const file = writeVariablesFile(variables);
    // A value must win against a variable of its name's around it, and take nothing from there.
    const read = parseEnvFile(file, 'variables.env', (name) => (name === 'HOME' ? '/root' : undefined));
    expect([...read]).toEqual([...variables]);
  });

  it('gives back random values', () => {
    const characters = ['\\', "'", '"', '$', '{', '}', '\n', '\r', ' ', '#', 'a', '=', '0', 'n'];
    // A fixed sequence (a linear congruential generator), so that a failure comes again.
    let state = 1;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((state / 2_147_483_648) * below);
    };
    const variables = new Map<string, string>();
    for (let index = 0; index < 5_000; index += 1) {
      const value = Array.from({ length: next(9) }, () => characters[next(characters.length)]).join('');
      variables.set(`V${index}`, value);
    }
    expect([...parseEnvFile(writeVariablesFile(variables), 'variables.env', () => undefined)]).toEqual([
      ...variables,
    ]);
  });

  it('refuses names and values that cannot be written, without the value', () => {
    for (const [name, value] of [
      ['1A', 'hunter2'],
      ['A B', 'hunter2'],
      ['A=B', 'hunter2'],
      ['A\nB', 'hunter2'],
      ['', 'hunter2'],
      ['A', 'hunter2\0'],
      ['A', 'hunter2\ud800'],
    ] as const) {
      expect(() => writeVariablesFile([[name, value]])).toThrow(ComposeSourceError);
      expect(() => writeVariablesFile([[name, value]])).toThrow(/^The variable [^\n]*\.$/);
      expect(() => writeVariablesFile([[name, value]])).not.toThrow(/hunter2/);
    }
  });
});
