import { describe, expect, it } from 'vitest';
import { parseServiceOptions, readServiceLabels } from '../src/index.ts';

const none = {
  ports: undefined,
  healthPath: undefined,
  healthCommand: undefined,
  order: undefined,
  protocol: undefined,
  singleton: undefined,
};

describe('service options', () => {
  it('reads one service a line', () => {
    const { options, problems } = parseServiceOptions([
      'api port=8000,9000 health-path=/health?deep=1 order=stop-first protocol=h2c',
      `worker health-command="sh -c 'redis-cli ping | grep PONG'"`,
      `json health-command='["test", "-f", "/a b"]'`,
      '',
      'beat singleton=true',
      'web singleton=false port="80, 81"',
    ]);
    expect(problems).toEqual([]);
    expect(Object.fromEntries(options)).toEqual({
      api: {
        ...none,
        ports: [8000, 9000],
        healthPath: '/health?deep=1',
        order: 'stop-first',
        protocol: 'h2c',
      },
      worker: { ...none, healthCommand: ['sh', '-c', 'redis-cli ping | grep PONG'] },
      json: { ...none, healthCommand: ['test', '-f', '/a b'] },
      beat: { ...none, singleton: true },
      web: { ...none, singleton: false, ports: [80, 81] },
    });
  });

  it.each([
    [
      'api port=http',
      'the option port of api is "http"; write a number from 1 to 65535, or several with commas between them',
    ],
    ['api port=0', /^the option port of api is "0"/],
    ['api port=65536', /^the option port/],
    ['api port=80,', /^the option port/],
    ['api port=80,80', 'the option port of api names a port twice ("80,80"); name each once'],
    ['api port=1e3', /^the option port/],
    ['api health-path=health', /^the option health-path of api is "health"; write a path like \/healthz/],
    ['api health-path=/a#b', /^the option health-path/],
    ['api health-path="/a b"', /^the option health-path/],
    ['api health-command=', 'the option health-command of api must name a program to run'],
    [
      'api health-command="a && b"',
      /^the option health-command of api uses `&&`, which only a shell understands/,
    ],
    ['api health-command="a \'"', /never closed/],
    ['api order=first', 'the option order of api is "first"; write start-first or stop-first'],
    ['api protocol=HTTP', 'the option protocol of api is "HTTP"; write http, h2c or tcp'],
    ['api singleton=yes', 'the option singleton of api is "yes"; write true or false'],
    ['api ports=80', /^the option ports of api is not known; use port, health-path, .* or singleton$/],
    ['api constructor=x', /^the option constructor of api is not known/],
    ['api "a b=x"', /^the option "a b" of api is not known/],
    ['api port=80 port=81', 'the option port of api is given twice; keep one of them'],
    ['api 8000', '"api 8000" has "8000" without a key; write key=value, in quotes where it has spaces'],
    ['api =8000', /without a key/],
    ['api', '"api" says nothing of api; write service key=value'],
    ['a/b port=80', /does not begin with the name of a service/],
    ['port=80', /does not begin with the name of a service/],
    ['api port="80', /^"api port=\\?"80" has a " that is never closed$/],
    ['api port=80; rm', /only a shell understands/],
    [
      'api health-path=/ health-command=true',
      'api has both a health-path and a health-command; give only one of them',
    ],
    ['api singleton=true order=start-first', /^api is a singleton and start-first/],
  ])('says what is wrong with %j', (line, problem) => {
    const { problems } = parseServiceOptions([line]);
    expect(problems.map(({ sentence }) => sentence)).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  it('says everything that is wrong, each by itself', () => {
    const { options, problems } = parseServiceOptions(['api port=x order=y health-path=/z', 'api port=80']);
    expect(problems.map(({ service, key }) => [service, key])).toEqual([
      ['api', 'port'],
      ['api', 'order'],
      ['api', undefined],
    ]);
    expect(options.get('api')).toEqual({ ...none, healthPath: '/z' });
  });
});

describe('service labels', () => {
  it('reads the same keys, and leaves the labels of others alone', () => {
    const { options, problems } = readServiceLabels('api', {
      'switchyard.port': '8000',
      'switchyard.health-command': 'pg_isready -q',
      'switchyard.order': 'stop-first',
      'traefik.enable': 'true',
      switchyard: 'x',
    });
    expect(problems).toEqual([]);
    expect(options).toEqual({
      ...none,
      ports: [8000],
      healthCommand: ['pg_isready', '-q'],
      order: 'stop-first',
    });
  });

  it.each([
    ['switchyard.port', '', /^the label switchyard\.port of api is ""; write a number/],
    ['switchyard.prot', '80', /^the label switchyard\.prot of api is not known; use port/],
    ['switchyard.', '80', /^the label switchyard\."" of api is not known/],
    [
      'switchyard.color',
      'blue',
      /^the label switchyard\.color of api is set by each release itself; take it out$/,
    ],
  ])('says what is wrong with %s=%s', (label, value, sentence) => {
    const { problems } = readServiceLabels('api', { [label]: value });
    expect(problems).toEqual([
      { service: 'api', key: label.slice('switchyard.'.length), sentence: expect.stringMatching(sentence) },
    ]);
  });
});
