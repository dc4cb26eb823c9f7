import { beforeAll, describe, expect, it } from 'vitest';
import type { StackResult } from '../src/stack-result.ts';
import type { FakeServer } from './fake-server.ts';
import { routed, versionOf } from './shop.ts';
import { beginnings, expectLive, expectPlain, expectTidy } from './stack-states.ts';

interface Kind {
  readonly name: string;
  readonly from: 'nothing' | 'plain' | 'v2';
  readonly old: string;
  readonly fresh: string;
  run(server: FakeServer): Promise<StackResult>;
}

const kinds: readonly Kind[] = [
  { name: 'a deploy', from: 'v2', old: 'v2', fresh: 'v3', run: (server) => server.deploy({ version: 'v3' }) },
  {
    name: 'a deploy with another switch',
    from: 'v2',
    old: 'v2',
    fresh: 'v3',
    run: (server) =>
      server.deploy({
        version: 'v3',
        switch: { image: 'haproxy:3.5', requestTimeoutMs: undefined, trustedProxies: [] },
      }),
  },
  { name: 'a rollback', from: 'v2', old: 'v2', fresh: 'v1', run: (server) => server.rollBack() },
  { name: 'a first deploy', from: 'nothing', old: '', fresh: 'v1', run: (server) => server.deploy() },
  { name: 'an adoption', from: 'plain', old: 'v0', fresh: 'v1', run: (server) => server.deploy() },
];

let before: Awaited<ReturnType<typeof beginnings>>;

beforeAll(async () => {
  before = await beginnings();
});

describe.each(kinds)('$name of which one step fails', ({ from, old, fresh, run }) => {
  it('is all or nothing, whatever the step', async () => {
    let failures = 0;
    for (let moment = 1; ; moment += 1) {
      const server = before[from].copy();
      let changes = 0;
      let at = '';
      server.onChange = (what) => {
        changes += 1;
        if (changes !== moment) return;
        at = `failed at ${moment}, ${what}`;
        throw new Error('The disk is full.');
      };
      const doubled: string[] = [];
      const count = server.onChange;
      server.onChange = (what) => {
        if (server.running('beat').length > 1) doubled.push(what);
        return count(what);
      };
      const result = await run(server);
      if (changes < moment) break;
      server.onChange = () => {};
      expect(doubled, at).toEqual([]);
      const { outcome, reason, servingNow } = result;
      if (outcome === 'live') {
        for (const service of [...routed, 'worker', 'beat'])
          expect(server.versions(service).at(-1), `${at}: ${service}`).toBe(fresh);
        continue;
      }
      failures += 1;
      expect(reason, at).toMatch(/^[A-Z].*\.$/);
      expectTidy(server, at);
      if (from === 'plain') {
        expectPlain(server, at);
        expect(servingNow, at).toMatch(
          /^What plain Compose had started of shop serves\.$|^Nothing was changed/,
        );
      } else if (from === 'nothing') {
        expect(
          server.containers.filter(({ service }) => !['db', 'migrate'].includes(service)),
          at,
        ).toEqual([]);
      } else {
        const live = await expectLive(server, at);
        expect(versionOf(live.services.web?.image.runnable), at).toBe(old);
        expect(servingNow, at).toMatch(/^Release \S+ (?:still serves|serves again)\.$|^Nothing was changed/);
      }
      expect(result.nothingServes, at).toBe(from === 'nothing' && !servingNow.startsWith('Nothing was'));
    }
    expect(failures).toBeGreaterThan(15);
  });
});
