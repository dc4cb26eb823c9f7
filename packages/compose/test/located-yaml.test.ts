import { describe, expect, it } from 'vitest';
import { ComposeSourceError } from '../src/index.ts';
import { entryOf, textOf } from '../src/located-value.ts';
import { readYaml } from '../src/located-yaml.ts';

/** Eleven levels of which each has the one below nine times: 31 billion values when written out. */
function bomb(of: (aliases: string) => string): string {
  const levels = Array.from({ length: 11 }, (_, index) => {
    const aliases = Array.from({ length: 9 }, () => `*a${index}`).join(', ');
    return `a${index + 1}: &a${index + 1} ${of(aliases)}\n`;
  });
  return `a0: &a0 { x: 1 }\n${levels.join('')}`;
}

describe('YAML with its lines', () => {
  it('keeps text as it is written, and knows what is nothing', async () => {
    const [root] = await readYaml(
      'a: 1.10\nb: 0x10\nc: yes\nd: "null"\ne: null\nf: ~\ng:\nh: True\ni: 012',
      'c.yaml',
    );
    const texts = [...'abcdefghi'].map((key) => textOf(entryOf(root, key)?.value));
    expect(texts).toEqual(['1.10', '0x10', 'yes', 'null', undefined, undefined, undefined, 'True', '012']);
    expect(entryOf(root, 'i')?.at).toEqual({ file: 'c.yaml', line: 9 });
  });

  it('lets own keys win over merged ones, and earlier merged ones over later', async () => {
    const [root] = await readYaml(
      'a: &a { x: a, y: a }\nb: &b { x: b, y: b, z: b }\nc: { y: own, <<: [*a, *b] }\nd: { <<: { x: in } }',
      'c.yaml',
    );
    const read = (key: string, inner: string) => textOf(entryOf(entryOf(root, key)?.value, inner)?.value);
    expect([read('c', 'x'), read('c', 'y'), read('c', 'z'), read('d', 'x')]).toEqual(['a', 'own', 'b', 'in']);
  });

  it('means by an alias the latest anchor of its name', async () => {
    const [root] = await readYaml('a: &x 1\nb: *x\nc: &x 2\nd: *x', 'c.yaml');
    expect(textOf(entryOf(root, 'b')?.value)).toBe('1');
    expect(textOf(entryOf(root, 'd')?.value)).toBe('2');
  });

  it('takes a thousand aliases of one anchor, as a large stack may have', async () => {
    const services = Array.from({ length: 1_000 }, (_, index) => `  s${index}: { <<: *base }`).join('\n');
    const [root] = await readYaml(`x: &base { image: a, restart: always }\nservices:\n${services}`, 'c.yaml');
    const last = entryOf(entryOf(root, 'services')?.value, 's999')?.value;
    expect(textOf(entryOf(last, 'image')?.value)).toBe('a');
  });

  it.each([
    ['a bomb of lists', bomb((aliases) => `[${aliases}]`), /grows beyond 500,000 values/],
    ['a bomb of merge keys', bomb((aliases) => `{ <<: [${aliases}] }`), /grows beyond 500,000 values/],
    ['very many aliases', `a: &a 1\nb: [${'*a,'.repeat(20_001)}]`, /^c\.yaml:2 has more than 20,000 aliases/],
    ['an anchor in itself', 'a: &a { b: *a }', /uses \*a inside of &a itself/],
    ['a merge of itself', 'a: &a { <<: *a }', /uses \*a inside of &a itself/],
    ['an alias of nothing', 'a: *b', /^c\.yaml:1 uses \*b, which no &b before it defines/],
    ['a merge of text', 'a: { <<: b }', /merges \(<<\) something that is no mapping/],
    ['a key that is a list', '? [a]\n: b', /has a key that is a list or a mapping/],
    ['two merge keys', 'a: &a { b: 1 }\nc:\n  <<: *a\n  <<: *a\n  d: 1\n  d: 2', /^c\.yaml:6 sets d again/],
    ['brackets without end', '['.repeat(20_000), /nested too deeply/],
    [
      'levels without end',
      Array.from({ length: 1_400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      /nested too deeply/,
    ],
    ['an open quote', `a: "${'\\'.repeat(100_000)}`, /^c\.yaml:1 is not YAML/],
  ])('refuses %s in one sentence', async (_what, text, sentence) => {
    const reading = readYaml(text, 'c.yaml');
    await expect(reading).rejects.toThrow(ComposeSourceError);
    await expect(reading).rejects.toThrow(sentence);
    await expect(reading).rejects.toThrow(/^[^\n]{1,300}\.$/);
  });

  it('reads many thousand keys without comparing each with all', async () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('');
    const [root] = await readYaml(text, 'c.yaml');
    expect(entryOf(root, 'k19999')?.at.line).toBe(20_000);
  });
});
