import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../src/env-file.ts';
import { envFileText, envFileValues } from './env-file-cases.ts';

const nothing = () => undefined;

describe('env files', () => {
  it('are read as Compose reads them', () => {
    expect(Object.fromEntries(parseEnvFile(envFileText, '.env', nothing))).toEqual(envFileValues);
  });

  it('take what is set around them first', () => {
    const around = (name: string) => ({ A: 'around', INHERITED: 'inherited' })[name];
    expect(Object.fromEntries(parseEnvFile('A=file\nB=$A\nINHERITED\nNONE\n', '.env', around))).toEqual({
      A: 'file',
      B: 'around',
      INHERITED: 'inherited',
    });
  });

  it('are refused with the line, and without a value', () => {
    for (const [text, sentence] of [
      ['A=1\n\nhunter2!=x', /^\.env:3 does not start with a name and =/],
      ['hunter 2=x', /^\.env:1 has a name with a space/],
      ["A='\n\nhunter2", /^\.env:1 has a ' that is never closed/],
      ['A=hunter2$', /^\.env:1 has a \$ that begins no variable/],
      [`A=1\nB="\${NONE:?hunter2}"`, /^\.env:2 needs the variable NONE/],
    ] as const) {
      expect(() => parseEnvFile(text, '.env', nothing)).toThrow(sentence);
      expect(() => parseEnvFile(text, '.env', nothing)).not.toThrow(/hunter/);
    }
  });

  it('of hostile text are read quickly', () => {
    const startedMs = performance.now();
    for (const text of [
      'A=1\n'.repeat(20_000),
      '#\n'.repeat(100_000),
      `A="${'\\'.repeat(100_000)}"`,
      `A=${' #'.repeat(100_000)}`,
      `${' '.repeat(100_000)}A`,
      `A${' '.repeat(100_000)}=b`,
      `A=${' '.repeat(100_000)}b`,
      `A="${'\\0'.repeat(50_000)}"`,
    ]) {
      parseEnvFile(text, '.env', nothing);
    }
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
