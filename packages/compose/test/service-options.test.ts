import { describe, expect, it } from 'vitest';
import type { ServiceOptionName, ServiceOptions } from '../src/index.ts';
import { readOptionLabels, readServiceOption } from '../src/index.ts';

const split = (text: string) => {
  if (text.includes('|')) throw new Error('uses `|`');
  return text.split(' ');
};

describe('an option of a service', () => {
  it.each<[ServiceOptionName, string, ServiceOptions]>([
    ['port', '8000', { ports: [{ port: 8000 }] }],
    ['port', '8000, 9000/tcp', { ports: [{ port: 8000 }, { port: 9000, protocol: 'tcp' }] }],
    ['port', 'none', { ports: [] }],
    ['protocol', 'h2c', { protocol: 'h2c' }],
    ['health-path', '/health?full=1', { healthPath: '/health?full=1' }],
    ['health-command', 'check -q', { healthCommand: ['check', '-q'] }],
    ['order', ' stop-first ', { order: 'stop-first' }],
    ['singleton', 'true', { singleton: true }],
    ['singleton', 'false', { singleton: false }],
  ])('%s=%s is read', (name, text, options) => {
    expect(readServiceOption(name, text, split)).toEqual({ options });
  });

  it.each<[ServiceOptionName, string, string]>([
    ['port', '', 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none'],
    ['port', '0', 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none'],
    ['port', '70000', 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none'],
    ['port', '53/udp', 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none'],
    ['protocol', 'https', 'must be http, h2c or tcp'],
    ['health-path', 'health', 'must be a path that starts with /, such as /health'],
    ['health-path', '/a b', 'must be a path that starts with /, such as /health'],
    ['health-command', 'a | b', 'uses `|`'],
    ['order', 'first', 'must be start-first or stop-first'],
    ['singleton', 'yes', 'must be true or false'],
  ])('%s=%s is refused', (name, text, problem) => {
    expect(readServiceOption(name, text, split)).toEqual({ problem });
  });
});

describe('the labels of a service', () => {
  it('say its options, and nothing of what a release itself has put there', () => {
    const labels = {
      'com.example': 'x',
      'switchyard.port': '80',
      'switchyard.order': 'never',
      'switchyard.color': 'blue',
      'switchyard.app': 'shop',
    };
    expect(readOptionLabels(labels, split)).toEqual({
      options: { ports: [{ port: 80 }] },
      problems: [{ label: 'switchyard.order', problem: 'must be start-first or stop-first' }],
    });
    expect(readOptionLabels(undefined, split)).toEqual({ options: {}, problems: [] });
  });
});
