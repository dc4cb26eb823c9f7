import { describe, expect, it } from 'vitest';
import { parseServiceOptionLines } from '../src/service-option-lines.ts';

describe('the lines of service-options', () => {
  it('are one service each', () => {
    const { options, problems } = parseServiceOptionLines([
      'api port=8000,9000/tcp health-path=/health?deep=1 order=stop-first protocol=h2c',
      `worker health-command="sh -c 'redis-cli ping | grep PONG'"`,
      `json health-command='["test", "-f", "/a b"]'`,
      '',
      'beat singleton=true',
      'web singleton=false port="80, 81"',
      'quiet port=none',
    ]);
    expect(problems).toEqual([]);
    expect(options).toEqual({
      api: {
        ports: [{ port: 8000 }, { port: 9000, protocol: 'tcp' }],
        healthPath: '/health?deep=1',
        order: 'stop-first',
        protocol: 'h2c',
      },
      worker: { healthCommand: ['sh', '-c', 'redis-cli ping | grep PONG'] },
      json: { healthCommand: ['test', '-f', '/a b'] },
      beat: { singleton: true },
      web: { singleton: false, ports: [{ port: 80 }, { port: 81 }] },
      quiet: { ports: [] },
    });
  });

  it.each([
    ['api port=http', 'has port of api, which must be a port from 1 to 65535'],
    ['api port=0', 'has port of api'],
    ['api port=65536', 'has port of api'],
    ['api port=80,', 'has port of api'],
    ['api port=1e3', 'has port of api'],
    ['api health-path=health', 'must be a path that starts with /'],
    ['api health-path="/a b"', 'must be a path that starts with /'],
    ['api health-command="a && b"', 'which only a shell understands'],
    ['api health-command="a \'"', 'never closed'],
    ['api order=first', 'must be start-first or stop-first'],
    ['api protocol=HTTP', 'must be http, h2c or tcp'],
    ['api singleton=yes', 'must be true or false'],
    ['api singleton=true order=start-first', 'which would run it twice'],
    ['api health-path=/x health-command=x', 'give only one of them'],
    ['api', 'says nothing of api'],
    ['api 8000', 'has "8000" for api without a key'],
    ['api prot=8000', 'has the unknown option "prot" for api; use port, protocol, health-path'],
    ['api port=80 port=81', 'has port twice for api'],
    ['=x port=80', 'does not begin with the name of a service'],
    ['api constructor=1', 'has the unknown option "constructor"'],
  ])('refuse %j', (line, problem) => {
    expect(parseServiceOptionLines([line]).problems).toEqual([expect.stringContaining(problem)]);
  });

  it('refuse a second line for a service, and keep the first', () => {
    const { options, problems } = parseServiceOptionLines(['api port=80', 'api port=81']);
    expect(options).toEqual({ api: { ports: [{ port: 80 }] } });
    expect(problems).toEqual(['has a second line for api; write all of its options in one line']);
  });
});
