import { describe, expect, it } from 'vitest';
import { parseImageOverrides } from '../src/image-overrides.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('image overrides', () => {
  it('reads one image a line, for one service or several', () => {
    const { images, problems } = parseImageOverrides([
      `api = ghcr.io/team/api@${digest}`,
      `worker, beat=ghcr.io/team/worker:1.2@${digest}`,
      '',
      'web.1=localhost:5000/web:v1',
    ]);
    expect(problems).toEqual([]);
    expect(Object.fromEntries(images)).toEqual({
      api: `ghcr.io/team/api@${digest}`,
      worker: `ghcr.io/team/worker:1.2@${digest}`,
      beat: `ghcr.io/team/worker:1.2@${digest}`,
      'web.1': 'localhost:5000/web:v1',
    });
  });

  it.each([
    ['api', '"api" has no =; write service=image@digest'],
    ['=a:1', '"" is no name of a service; write service=image@digest'],
    ['a b=a:1', '"a b" is no name of a service; write service=image@digest'],
    ['a,,b=a:1', '"" is no name of a service; write service=image@digest'],
    ['a,a=a:1', 'the service a is given two images; keep one of them'],
    ['api=', /^"api=" names no image: The image is empty/],
    ['api=ghcr.io/team/api', /^"api=ghcr.io\/team\/api" names no image: .* neither a tag nor a digest/],
    ['api=a:1=b', /names no image/],
    ['__proto__=a', /neither a tag nor a digest/],
    [`${'x'.repeat(300)}=a:1`, /is no name of a service/],
    ['\u001b[31m::error::=a:1', /is no name of a service/],
  ])('says what is wrong with %j', (line, problem) => {
    const { problems } = parseImageOverrides([line]);
    expect(problems).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
    expect(problems[0]).not.toContain('\u001b');
  });

  it('says so for a service that two lines name', () => {
    const { images, problems } = parseImageOverrides(['api=a:1', 'api=a:2']);
    expect(problems).toEqual(['the service api is given two images; keep one of them']);
    expect(images.get('api')).toBe('a:1');
  });
});
