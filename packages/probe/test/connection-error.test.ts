import { describe, expect, it } from 'vitest';
import { ExplainedError } from '#explained-error';
import { classifyConnectionError, describeConnectionError, isRefusal } from '../src/connection-error.ts';

const withCode = (code: string) => Object.assign(new Error(code), { code });

class SocketRefusedError extends ExplainedError {
  override readonly name = 'SocketRefusedError';
}

describe('whose fault a connection error is', () => {
  it.each([
    ['refused', withCode('ECONNREFUSED'), 'unhealthy', true],
    ['refused over SSH', new SocketRefusedError('Nothing answers.'), 'unhealthy', true],
    ['SSH channel: connect failed', Object.assign(new Error('x'), { reason: 2 }), 'unhealthy', true],
    ['SSH channel: prohibited', Object.assign(new Error('x'), { reason: 1 }), 'unmeasured', false],
    ['reset', withCode('ECONNRESET'), 'unhealthy', false],
    ['not HTTP', withCode('HPE_INVALID_CONSTANT'), 'unhealthy', false],
    [
      'SSH lost, caused by a reset',
      new ExplainedError('lost', { cause: withCode('ECONNRESET') }),
      'unmeasured',
      false,
    ],
    ['anything else', new Error('?'), 'unmeasured', false],
    ['no error at all', undefined, 'unmeasured', false],
  ])('%s', (_name, error, outcome, refusal) => {
    expect(classifyConnectionError(error)).toBe(outcome);
    expect(isRefusal(error)).toBe(refusal);
  });

  it('describes in one line', () => {
    expect(describeConnectionError(new Error('a\n::error::b'))).toBe('a ::error::b');
    expect(describeConnectionError(new SocketRefusedError('Nothing answers at 10.0.0.2:80.'))).toBe(
      'connection refused',
    );
  });
});

it('marks where it cuts the words of an unknown error', () => {
  const words = `${'x'.repeat(490)}Zk9qLm4TtRw7YpX`;
  expect(describeConnectionError(new Error(words))).toBe(`${'x'.repeat(490)}Zk9qLm4TtR…`);
});
