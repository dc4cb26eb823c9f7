import { describe, expect, it } from 'vitest';
import { jsonLines } from '../src/json-lines.ts';
import { LastBytes } from '../src/last-bytes.ts';
import { LineSplitter } from '../src/line-splitter.ts';
import { demultiplex } from '../src/multiplexed-stream.ts';

function frame(kind: number, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** The bytes in pieces of `size`, to cut headers and characters anywhere. */
async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

describe('the two-in-one output stream', () => {
  it.each([1, 3, 7, 8, 9, 1000])('is split right when it comes in pieces of %i bytes', async (size) => {
    const bytes = Buffer.concat([
      frame(1, 'out ä\n'),
      frame(2, 'err\n'),
      frame(1, ''),
      frame(3, 'engine\n'),
      frame(1, 'end'),
    ]);
    const chunks = await collect(demultiplex(pieces(bytes, size)));
    const text = (name: string) =>
      Buffer.concat(chunks.filter(({ stream }) => stream === name).map((chunk) => chunk.bytes)).toString();
    expect(text('stdout')).toBe('out ä\nend');
    expect(text('stderr')).toBe('err\nengine\n');
  });

  it.each([
    ['text in place of frames', Buffer.from('hello world, no frames')],
    ['an absurd length', Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])],
  ])('refuses %s', async (_name, bytes) => {
    await expect(collect(demultiplex(pieces(bytes, 100)))).rejects.toThrow(/damaged/);
  });
});

describe('JSON lines', () => {
  it.each([1, 5, 1000])('are read in pieces of %i bytes', async (size) => {
    const bytes = Buffer.from('{"a":"ä"}\r\n\n{"a":2}\n{"a":3}');
    expect(await collect(jsonLines(pieces(bytes, size)))).toEqual([{ a: 'ä' }, { a: 2 }, { a: 3 }]);
  });

  it('refuses what is not an object', async () => {
    await expect(collect(jsonLines(pieces(Buffer.from('<html>\n'), 100)))).rejects.toThrow(/other than JSON/);
    await expect(collect(jsonLines(pieces(Buffer.from('[1]\n'), 100)))).rejects.toThrow(/other than JSON/);
  });

  it('refuses an endless line', async () => {
    await expect(collect(jsonLines(pieces(Buffer.alloc(3 * 1024 * 1024, 'a'), 65_536)))).rejects.toThrow(
      /1 MiB/,
    );
  });
});

describe('keeping the last bytes', () => {
  it('keeps all where it fits', () => {
    const last = new LastBytes(10);
    last.add(Buffer.from('hello'));
    expect([last.text(), last.truncated]).toEqual(['hello', false]);
  });

  it('keeps the end, never half a character', () => {
    const last = new LastBytes(5);
    for (const part of ['abc', 'def', 'ää', 'xyä']) last.add(Buffer.from(part));
    expect([last.text(), last.truncated]).toEqual(['…xyä', true]);
  });
});

describe('lines of a stream', () => {
  const secret = 'Zk9qLm4TtRw7YpX';
  const padding = 'x'.repeat(16 * 1024 - 10);
  const cut = `${padding}Zk9qLm4TtR…`;

  it.each([1_000_000, 20_000, 16 * 1024, 16 * 1024 + 1, 4_096, 1])(
    'of a line that is too long, in pieces of %i bytes, only the start is left, and the mark of a cut',
    async (size) => {
      const lines = new LineSplitter();
      const bytes = Buffer.from(`a\r\n${padding}${secret}${padding}${secret}\nb\nc`);
      const found: string[] = [];
      for await (const piece of pieces(bytes, size)) found.push(...lines.push(piece));
      expect([...found, ...lines.end()]).toEqual(['a', cut, 'b', 'c']);
    },
  );

  it('cuts a last line without an end too', () => {
    const lines = new LineSplitter();
    expect([...lines.push(Buffer.from(padding + secret)), ...lines.end()]).toEqual([cut]);
  });
});
