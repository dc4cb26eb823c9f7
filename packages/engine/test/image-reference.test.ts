import { describe, expect, it } from 'vitest';
import { formatImageReference, ImageReferenceError, parseImageReference } from '../src/index.ts';

const digest = `sha256:${'a1'.repeat(32)}`;

describe('image references', () => {
  it.each([
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', undefined],
    ['team/app:1', 'docker.io', 'team/app', '1', undefined],
    ['docker.io/nginx:1', 'docker.io', 'library/nginx', '1', undefined],
    ['index.docker.io/nginx:1', 'docker.io', 'library/nginx', '1', undefined],
    ['ghcr.io/a/b:tag', 'ghcr.io', 'a/b', 'tag', undefined],
    [`ghcr.io/a/b:tag@${digest}`, 'ghcr.io', 'a/b', 'tag', digest],
    [`ghcr.io/a/b@${digest}`, 'ghcr.io', 'a/b', undefined, digest],
    ['localhost:5000/app:v1', 'localhost:5000', 'app', 'v1', undefined],
    ['localhost/app:v1', 'localhost', 'app', 'v1', undefined],
    ['[::1]:5000/app:v1', '[::1]:5000', 'app', 'v1', undefined],
    ['Registry.Example.com/a/b/c:V1', 'Registry.Example.com', 'a/b/c', 'V1', undefined],
    ['r.example/a__b/c-d--e.f:_x', 'r.example', 'a__b/c-d--e.f', '_x', undefined],
  ])('reads %s', (text, registry, repository, tag, expectedDigest) => {
    const reference = parseImageReference(text);
    expect(reference).toEqual({ registry, repository, tag, digest: expectedDigest });
    expect(parseImageReference(formatImageReference(reference))).toEqual(reference);
  });

  it.each([
    ['', /empty/],
    ['nginx', /neither a tag nor a digest/],
    ['localhost:5000/app', /neither a tag nor a digest/],
    ['Team/app:1', /lower case|host/],
    ['ghcr.io/Team/app:1', /upper-case/],
    ['ghcr.io/team/app:', /tag/],
    ['ghcr.io/team/app:a b', /white space/],
    ['https://ghcr.io/team/app:1', /scheme/],
    ['ghcr.io/team/app@sha256:abc', /digest/],
    [`ghcr.io/team/app@${digest.toUpperCase()}`, /digest/],
    ['ghcr.io/:1', /./],
    ['ghcr.io//app:1', /valid name/],
    ['ghcr.io/../app:1', /valid name/],
    ['a/b;rm:1', /valid name/],
    [`a/${'b'.repeat(300)}:1`, /255/],
    [`a:${'1'.repeat(129)}`, /tag/],
    ['-a:1', /valid name/],
    ['a\n:1', /white space/],
  ])('refuses %j in one sentence', (text, message) => {
    expect(() => parseImageReference(text)).toThrow(ImageReferenceError);
    expect(() => parseImageReference(text)).toThrow(message);
    expect(() => parseImageReference(text)).toThrow(/^The image .*\.$/);
  });

  it('answers hostile input quickly', () => {
    const startedMs = performance.now();
    for (const text of [
      `${'a-'.repeat(50_000)}!:1`,
      `${'a.'.repeat(50_000)}/b:1`,
      `${'_'.repeat(100_000)}:1`,
    ]) {
      expect(() => parseImageReference(text)).toThrow(ImageReferenceError);
    }
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
