import { describe, expect, it } from 'vitest';
import type { LeaseOptions } from '../src/lease.ts';
import { Lease, LeaseError } from '../src/lease.ts';
import { MemoryFiles } from './memory-files.ts';

const folder = '/home/deploy/.switchyard/shop';
const file = (number: number) => `${folder}/lease/${String(number).padStart(9, '0')}.json`;
const url = (run: number) => `https://ci.example/runs/${run}`;

function options(run: number, more: Partial<LeaseOptions> = {}): LeaseOptions {
  return {
    folder,
    app: 'shop',
    owner: { runUrl: url(run), actor: 'ann' },
    waitMs: 60_000,
    nowMs: () => Date.now(),
    signal: new AbortController().signal,
    onWait: () => {},
    ttlMs: 60_000,
    ...more,
  };
}

const aborted = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });

describe('a lease', () => {
  it('is held by one of twenty at a time, and each gets its turn', async () => {
    const files = new MemoryFiles();
    let holders = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 20 }, async (_, run) => {
        const lease = await Lease.take(files, options(run));
        holders += 1;
        most = Math.max(most, holders);
        await lease.confirm();
        for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        await lease.confirm();
        order.push(run);
        holders -= 1;
        await lease.release();
      }),
    );
    expect(most).toBe(1);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, run) => run));
    const left = (await files.list(`${folder}/lease`)).map(({ name }) => name);
    expect(left.length).toBeLessThanOrEqual(2);
  });

  it('takes away what an owner that was killed while it wrote has left, and nobody else’s work', async () => {
    const files = new MemoryFiles();
    const [old, young] = ['a', 'b'].map((letter) => `${folder}/lease/.1.json.${letter.repeat(16)}.tmp`);
    files.entries.set(old ?? '', { text: '', mode: 0o600, mtimeMs: Date.now() - 61_000 });
    files.entries.set(young ?? '', { text: '', mode: 0o600, mtimeMs: Date.now() });
    const lease = await Lease.take(files, options(1));
    await expect.poll(() => files.entries.has(old ?? '')).toBe(false);
    expect(files.entries.has(young ?? '')).toBe(true);
    await lease.release();
  });

  it('names its owner to those who wait, and to those who give up', async () => {
    const files = new MemoryFiles();
    const lease = await Lease.take(files, options(7));
    const said: string[] = [];
    const waiting = Lease.take(files, options(8, { waitMs: 600, onWait: (text) => said.push(text) }));
    await expect(waiting).rejects.toThrow(LeaseError);
    await expect(waiting).rejects.toThrow(`${url(7)} by ann`);
    expect(said[0]).toContain(`Waiting for another deploy of shop to end (${url(7)} by ann, since 20`);
    await expect(Lease.take(files, options(9, { waitMs: 0 }))).rejects.toThrow('Another deploy of shop');
    await lease.release();
    await (await Lease.take(files, options(9, { waitMs: 0 }))).release();
  });

  it('is taken at once by force, from the one that was there and from nobody else', async () => {
    const files = new MemoryFiles();
    const dead = await Lease.take(files, options(1));
    const said: string[] = [];
    const onForce = (text: string) => said.push(text);
    const second = await Lease.take(files, options(2, { waitMs: 0, force: true, onForce }));
    expect(said).toEqual([
      expect.stringMatching(
        /^Took the right to change shop from another job, as "force-unlock" asks \(\S+runs\/1 by ann, since 20\S+\)\.$/,
      ),
    ]);
    await expect(dead.confirm()).rejects.toThrow('lost its turn');
    await second.release();
    // Nobody has it, so there is nothing to force.
    await (await Lease.take(files, options(3, { force: true, onForce }))).release();
    expect(said).toHaveLength(1);
  });

  it('goes to one of several that force it at the same time; the others wait for that one', async () => {
    const files = new MemoryFiles();
    await Lease.take(files, options(1));
    let holders = 0;
    let most = 0;
    await Promise.all(
      [2, 3, 4].map(async (run) => {
        const lease = await Lease.take(files, options(run, { force: true }));
        most = Math.max(most, ++holders);
        await lease.confirm();
        await new Promise((resolve) => setTimeout(resolve, 20));
        await lease.confirm();
        holders -= 1;
        await lease.release();
      }),
    );
    expect(most).toBe(1);
  });

  it('ends its waiting at once when the job is cancelled', async () => {
    const files = new MemoryFiles();
    const lease = await Lease.take(files, options(1));
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const waiting = Lease.take(
      files,
      options(2, { signal: controller.signal, onWait: () => setImmediate(() => controller.abort(reason)) }),
    );
    const started = performance.now();
    await expect(waiting).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(400);
    await lease.release();
  });

  it('is taken over when its owner shows no sign of life, and the owner hears of it', async () => {
    const files = new MemoryFiles();
    let isCut = false;
    const cut: Pick<MemoryFiles, 'before'> = {
      before: () => (isCut ? Promise.reject(new Error('connection lost')) : undefined),
    };
    const ofFirst = Object.assign(new MemoryFiles(), cut);
    Object.assign(ofFirst, { entries: files.entries });
    const first = await Lease.take(ofFirst, options(1, { ttlMs: 400 }));
    isCut = true;
    const second = await Lease.take(files, options(2, { ttlMs: 400 }));
    expect(await aborted(first.lost)).toBeInstanceOf(LeaseError);
    await expect(first.confirm()).rejects.toThrow('lost its turn');
    isCut = false;
    await first.release();
    await second.confirm();
    expect(second.lost.aborted).toBe(false);
    await second.release();
    expect(JSON.parse((await files.read(file(2))) ?? '')).toMatchObject({ runUrl: url(2), released: true });
  });

  it('is taken over from a dead owner whose last sign lies in the future, because a clock was set back', async () => {
    const files = new MemoryFiles();
    files.clock = () => Date.now() + 3_600_000;
    const dead = await Lease.take(files, options(1, { ttlMs: 60_000 }));
    files.clock = () => Date.now();
    const started = performance.now();
    const next = await Lease.take(files, options(2, { ttlMs: 300 }));
    expect(performance.now() - started).toBeGreaterThan(300);
    await expect(dead.confirm()).rejects.toThrow('lost its turn');
    await next.release();
  });

  it('is named in one plain line, whatever somebody has written into its file', async () => {
    const files = new MemoryFiles();
    const text = JSON.stringify({
      ...{ token: 'x', released: false, since: 7, runUrl: { a: 1 } },
      actor: `eve\n::error::evil\u001b[31m${'x'.repeat(5000)}`,
    });
    files.entries.set(file(1), { text, mode: 0o600, mtimeMs: Date.now() });
    const refused = await Lease.take(files, options(2, { waitMs: 0 })).catch((error: Error) => error.message);
    expect(refused).toMatch(/a run without a URL by eve ::error::evil \[31mx+.*, since an unknown time/);
    for (const character of ['\n', '\u001b']) expect(refused).not.toContain(character);
    expect(String(refused).length).toBeLessThan(700);
  });

  it('is lost too when a renewal hangs instead of failing', async () => {
    const files = new MemoryFiles();
    const lease = await Lease.take(files, options(1, { ttlMs: 200 }));
    files.before = (call) => (call === 'write' ? new Promise<void>(() => {}) : undefined);
    const started = performance.now();
    expect(await aborted(lease.lost)).toBeInstanceOf(LeaseError);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is lost when another took it although it could renew', async () => {
    const files = new MemoryFiles();
    const lease = await Lease.take(files, options(1, { ttlMs: 200 }));
    await files.create(file(2), '{"token":"x","since":"now","released":false}', 0o600);
    expect(await aborted(lease.lost)).toBeInstanceOf(LeaseError);
  });

  it('is kept alive for as long as it is held', async () => {
    const files = new MemoryFiles();
    const lease = await Lease.take(files, options(1, { ttlMs: 200 }));
    const times = new Set<number>();
    const end = performance.now() + 900;
    while (performance.now() < end) {
      times.add((await files.stat(file(1)))?.mtimeMs ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(times.size).toBeGreaterThan(4);
    expect(lease.lost.aborted).toBe(false);
    await lease.release();
  });

  it('stays released, also when a renewal was under way', async () => {
    const files = new MemoryFiles();
    const lease = await Lease.take(files, options(1, { ttlMs: 80 }));
    const renewing = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    files.before = async (call) => {
      if (call !== 'list') return;
      files.before = () => {};
      renewing.resolve();
      await go.promise;
    };
    await renewing.promise;
    const released = lease.release();
    setImmediate(() => go.resolve());
    await released;
    const at = (await files.stat(file(1)))?.mtimeMs;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(JSON.parse((await files.read(file(1))) ?? '')).toMatchObject({ released: true });
    expect((await files.stat(file(1)))?.mtimeMs).toBe(at);
  });

  it('goes to nobody who acts on what he saw long ago', async () => {
    const files = new MemoryFiles();
    await (await Lease.take(files, options(1))).release();
    const slowFiles = new MemoryFiles();
    Object.assign(slowFiles, { entries: files.entries });
    const creating = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    slowFiles.before = async (call) => {
      if (call !== 'create') return;
      slowFiles.before = () => {};
      creating.resolve();
      await go.promise;
    };
    const slow = Lease.take(slowFiles, options(2, { waitMs: 0 }));
    slow.catch(() => {});
    await creating.promise;
    await (await Lease.take(files, options(3))).release();
    const holder = await Lease.take(files, options(4));
    go.resolve();
    await expect(slow).rejects.toThrow(url(4));
    await holder.confirm();
    await holder.release();
    expect((await files.list(`${folder}/lease`)).map(({ name }) => name)).toContain('000000003.json');
  });

  it.each(['', 'garbage', '{}', 'null', '[]', '{"token":1,"released":"no"}'])(
    'counts a damaged file (%j) as held until it is old',
    async (text) => {
      const files = new MemoryFiles();
      await files.create(file(5), text, 0o600);
      await expect(Lease.take(files, options(1, { waitMs: 0 }))).rejects.toThrow('a run without a URL');
      files.entries.set(file(5), { text, mode: 0o600, mtimeMs: Date.now() - 61_000 });
      const lease = await Lease.take(files, options(1, { waitMs: 0 }));
      expect(await files.read(file(6))).toContain(url(1));
      await lease.release();
    },
  );

  it('overlooks files that are none of its own', async () => {
    const files = new MemoryFiles();
    for (const name of ['README', '12.json', '000000009.json.tmp', '../evil'])
      await files.create(`${folder}/lease/${name}`, 'x', 0o600);
    const lease = await Lease.take(files, options(1));
    expect(await files.read(file(1))).toContain(url(1));
    await lease.release();
    expect(await files.read(`${folder}/lease/README`)).toBe('x');
  });

  it.each(['000000099.json', '999999999.json', '1000000000.json'])(
    'goes on counting after %s',
    async (name) => {
      const files = new MemoryFiles();
      files.entries.set(`${folder}/lease/${name}`, { text: 'x', mode: 0o600, mtimeMs: Date.now() - 61_000 });
      const lease = await Lease.take(files, options(1));
      const next = `${String(Number.parseInt(name, 10) + 1).padStart(9, '0')}.json`;
      expect(files.entries.has(`${folder}/lease/${next}`)).toBe(true);
      await lease.confirm();
      await lease.release();
      const second = await Lease.take(files, options(2, { waitMs: 0 }));
      await expect(lease.confirm()).rejects.toThrow('lost its turn');
      await second.release();
    },
  );

  it.each(['99.json', '0000000099.json', '9999999999999999.json', '000000099.txt'])(
    'takes no notice of %s',
    async (name) => {
      const files = new MemoryFiles();
      files.entries.set(`${folder}/lease/${name}`, { text: 'x', mode: 0o600, mtimeMs: Date.now() });
      await (await Lease.take(files, options(1, { waitMs: 0 }))).release();
      expect(files.entries.has(file(1))).toBe(true);
    },
  );

  describe('whose newest entry is none that a deploy has written', () => {
    const refusal = (name: string) =>
      `Whose turn it is to change shop on this server cannot be told, because ${folder}/lease/${name} is not a file that a deploy has written there; make sure that no deploy of shop is at work, then remove it with "rm -r ${folder}/lease/${name}".`;

    it('is given to nobody, by force neither', async () => {
      const files = new MemoryFiles();
      const old = { text: '', mode: 0o600, mtimeMs: 0 };
      files.links.add(file(99));
      files.entries.set(file(99), old);
      await expect(Lease.take(files, options(1))).rejects.toThrow(refusal('000000099.json'));
      await expect(Lease.take(files, options(2, { force: true }))).rejects.toThrow(LeaseError);
      files.links.clear();
      files.entries.clear();
      files.entries.set(`${file(99)}/inside`, old);
      await expect(Lease.take(files, options(3))).rejects.toThrow(refusal('000000099.json'));
      files.entries.clear();
      files.entries.set(`${folder}/lease/999999999999999.json`, old);
      await expect(Lease.take(files, options(4))).rejects.toThrow(refusal('999999999999999.json'));
    });

    it('is given up after some tries, and at once when the job is cancelled', async () => {
      const files = new MemoryFiles();
      files.entries.set(file(99), { text: '', mode: 0o600, mtimeMs: 0 });
      let reads = 0;
      files.read = async () => {
        reads += 1;
        return undefined;
      };
      await expect(Lease.take(files, options(1))).rejects.toThrow(refusal('000000099.json'));
      expect(reads).toBe(5);
      const cancelled = new AbortController();
      const taking = Lease.take(files, options(1, { signal: cancelled.signal }));
      await expect.poll(() => reads).toBeGreaterThan(6);
      cancelled.abort(new Error('cancelled by a person'));
      await expect(taking).rejects.toThrow('cancelled by a person');
      expect(reads).toBeLessThan(10);
    });
  });
});
