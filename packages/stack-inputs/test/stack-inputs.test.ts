import { describe, expect, it } from 'vitest';
import { InputReader } from '#action-kit';
import { isStack } from '../src/stack-inputs.ts';

const problemsOf = (inputs: Readonly<Record<string, string>>) => {
  const env = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const reader = new InputReader(env);
  const answer = isStack(reader);
  return { answer, problems: reader.problems.map(({ input }) => input) };
};

describe('inputs of a stack', () => {
  it('are told by compose-file', () => {
    expect(problemsOf({ 'compose-file': 'docker-compose.yml' })).toEqual({ answer: true, problems: [] });
    expect(problemsOf({ image: 'shop:1' })).toEqual({ answer: false, problems: [] });
  });

  it.each(['env-file', 'services', 'images', 'service-options', 'profiles'])('need it: %s', (name) => {
    expect(problemsOf({ [name]: 'x' })).toEqual({ answer: false, problems: [name] });
  });

  it.each([
    ['image', 'shop:1'],
    ['container-port', '80'],
    ['volumes', 'a:/b'],
    ['order', 'stop-first'],
    ['listen', '0.0.0.0:80'],
    ['standby', 'running'],
    ['switch', 'nginx'],
    ['protocol', 'tcp'],
  ])('leave no place for %s', (name, value) => {
    expect(problemsOf({ 'compose-file': 'c.yml', [name]: value })).toEqual({
      answer: true,
      problems: [name],
    });
  });

  it.each([
    ['order', 'start-first'],
    ['listen', '127.0.0.1:8080'],
    ['stop-timeout', '10s'],
  ])('leave %s as action.yml gives it', (name, value) => {
    expect(problemsOf({ 'compose-file': 'c.yml', [name]: value }).problems).toEqual([]);
  });
});
