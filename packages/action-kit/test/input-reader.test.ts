import { expect, test } from 'vitest';
import { InputError, InputReader } from '#action-kit';
import { ExplainedError } from '#explained-error';

function read<T>(values: Record<string, string>, action: (inputs: InputReader) => T) {
  const secrets: string[] = [];
  const env = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
  const inputs = new InputReader(env, (secret) => secrets.push(secret));
  const value = action(inputs);
  return { value, secrets, inputs, problems: inputs.problems.map((problem) => problem.sentence) };
}

test('all problems are collected and thrown at once, each input named in the first line', () => {
  const { inputs } = read({ port: 'x', 'start-timeout': '90' }, (reader) => {
    reader.required('host');
    reader.port('port');
    reader.duration('start-timeout');
  });
  expect(() => inputs.finish()).toThrow(InputError);
  expect(() => inputs.finish()).toThrow(ExplainedError);
  expect(() => inputs.finish()).toThrow(
    [
      '3 problems with the inputs host, port, start-timeout.',
      '- Input host is required and was not given.',
      '- Input port must be a whole number from 1 to 65535, not "x".',
      '- Input start-timeout must be a duration like 90s, 5m, 1h30m or 250ms, not "90" (did you mean 90s?).',
    ].join('\n'),
  );
  expect(inputs.namesRead).toEqual(['host', 'port', 'start-timeout']);
});

test('a single problem is the whole message', () => {
  const { inputs } = read({}, (reader) => reader.secret('private-key'));
  expect(() => inputs.finish()).toThrow(/^Input private-key is required and was not given\.$/);
});

test('good inputs throw nothing, values are trimmed, and empty is absent', () => {
  const { value, inputs } = read({ host: ' app.example.com \n', app: '  ' }, (reader) => [
    reader.host('host'),
    reader.optionalText('app'),
    reader.text('image'),
    reader.optionalDuration('watch'),
  ]);
  inputs.finish();
  expect(value).toEqual(['app.example.com', undefined, '', undefined]);
});

test.each(['a\nb', 'a\rb'])('several lines are refused where one is expected: %j', (value) => {
  expect(read({ app: value }, (reader) => reader.required('app')).problems).toEqual([
    'Input app must be a single line.',
  ]);
});

test('a NUL character is refused', () => {
  expect(read({ app: 'a\0b' }, (reader) => reader.required('app')).problems).toEqual([
    'Input app holds a NUL character.',
  ]);
});

test.each([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['FALSE', false],
])('boolean %s', (text, expected) => {
  const { value, problems } = read({ b: text }, (reader) => reader.boolean('b'));
  expect([value, problems]).toEqual([expected, []]);
});

test.each(['yes', '1', 'tRUE'])('boolean refuses %s', (text) => {
  expect(read({ b: text }, (reader) => reader.boolean('b')).problems).toEqual([
    `Input b must be true or false, not "${text}".`,
  ]);
});

test('choices are not guessed, and the error lists them', () => {
  const pick = (text: string) => read({ s: text }, (reader) => reader.oneOf('s', ['stopped', 'paused']));
  expect(pick('paused').value).toBe('paused');
  expect(pick('Paused').problems).toEqual(['Input s must be one of stopped, paused, not "Paused".']);
});

test('numbers keep to their range', () => {
  expect(read({ n: '0' }, (reader) => reader.integer('n', { min: 1, max: 9 })).problems).toEqual([
    'Input n must be from 1 to 9, not "0".',
  ]);
  expect(read({ n: '1e3' }, (reader) => reader.integer('n', { min: 1 })).problems).toEqual([
    'Input n must be a whole number at least 1, not "1e3".',
  ]);
  expect(read({ n: '0.5' }, (reader) => reader.number('n')).value).toBe(0.5);
  expect(read({ d: '2h' }, (reader) => reader.duration('d', { max: 3_600_000 })).problems).toEqual([
    'Input d must be at most 1h, not "2h".',
  ]);
});

test.each([
  ['1%', 0.01],
  ['0.01', 0.01],
  ['100%', 1],
  ['0', 0],
])('ratio %s', (text, expected) => {
  expect(read({ r: text }, (reader) => reader.ratio('r')).value).toBe(expected);
});

test.each(['1', '1.0', '01'])('ratio refuses a bare %s, which may be meant as one percent', (text) => {
  expect(read({ r: text }, (reader) => reader.ratio('r')).problems).toEqual([
    `Input r is "${text}", which is not clear; write 1% or 0.01, or 100% for all.`,
  ]);
});

test.each(['600h', '999999999h', '576h1s'])('a duration of %s is longer than a timer can be', (text) => {
  expect(read({ d: text }, (reader) => reader.duration('d')).problems).toEqual([
    `Input d must be at most 576h (24 days), not "${text}".`,
  ]);
});

test.each(['101%', '5', '-1%', 'half'])('ratio refuses %s', (text) => {
  expect(read({ r: text }, (reader) => reader.ratio('r')).problems).toHaveLength(1);
});

test('lists take lines and commas; lines take only lines', () => {
  expect(read({ l: 'a, b\nc,,\n' }, (reader) => reader.list('l')).value).toEqual(['a', 'b', 'c']);
  expect(read({ l: '/a:/b:ro,z\r\n\n/c:/d' }, (reader) => reader.lines('l')).value).toEqual([
    '/a:/b:ro,z',
    '/c:/d',
  ]);
});

test('key values keep everything after the first =', () => {
  const { value } = read({ env: 'A=1=2\n\nB= x # no comment \nC=\nnode.id=7' }, (reader) =>
    reader.keyValues('env'),
  );
  expect(Object.fromEntries(value)).toEqual({ A: '1=2', B: ' x # no comment ', C: '', 'node.id': '7' });
});

test('a key value of several lines ends where it says', () => {
  const text = 'A=1\nKEY<<END\nline one\n\nB=<<line three\nEND\nLAST=x<<END\nEMPTY<<END\nEND';
  const { value, problems, secrets } = read({ env: text }, (reader) =>
    reader.keyValues('env', { secret: true }),
  );
  expect(problems).toEqual([]);
  expect(Object.fromEntries(value)).toEqual({
    A: '1',
    KEY: 'line one\n\nB=<<line three',
    LAST: 'x<<END',
    EMPTY: '',
  });
  expect(secrets).toContain('line one\n\nB=<<line three');
});

test.each(['KEY<<END\nsecret', 'KEY<<\nsecret\n', 'KEY<< \nsecret\n \n'])(
  'a key value without an end is refused, and masked: %j',
  (text) => {
    const { problems, secrets } = read({ env: text }, (reader) => reader.keyValues('env', { secret: true }));
    expect(problems).toEqual([
      'Input env: line 1 begins a value of several lines with <<, and the line that ends it is missing.',
    ]);
    expect(secrets.join()).toContain('secret');
  },
);

test('bad key values are named by line, and no value is repeated', () => {
  const text = 'A=secret-one\nA=secret-two\nsecret-three\n9X=secret-four\n secret five=x';
  const { problems, secrets } = read({ env: text }, (reader) => reader.keyValues('env', { secret: true }));
  expect(problems).toHaveLength(4);
  expect(problems.join('\n')).not.toContain('secret');
  expect(problems[0]).toBe('Input env: line 2 sets A again, which line 1 already sets.');
  expect(problems[1]).toBe('Input env: line 3 has no =, write KEY=value.');
  expect(secrets).toContain('secret-one');
});

test('secrets are registered before anything can go wrong with them', () => {
  const { value, secrets } = read({ key: 'line one\nline two\n' }, (reader) => reader.secret('key'));
  expect(value).toBe('line one\nline two');
  expect(secrets).toEqual(['line one\nline two\n']);
});

test('an input that is asked for twice is complained of once', () => {
  const { problems, inputs } = read({ app: 'a\nb', key: 'no' }, (reader) => {
    reader.text('app');
    reader.required('app');
    reader.optionalSecret('key');
    reader.optionalSecret('key');
  });
  expect(problems).toEqual(['Input app must be a single line.']);
  expect(inputs.remarks).toHaveLength(1);
});

test.each(['false', 'no', 'None'])('%s is no secret that could be masked, and a remark says so', (text) => {
  const { value, secrets, inputs } = read({ passphrase: text }, (reader) =>
    reader.optionalSecret('passphrase'),
  );
  expect(value).toBe(text);
  expect(secrets).toEqual([]);
  expect(inputs.remarks).toEqual([
    'The value of passphrase is too short or too common to be masked: masking it would black out ordinary words of the log.',
  ]);
});

test('a secret whose lines are all short is registered as a whole, and a remark says what that leaves', () => {
  const { secrets, inputs } = read({ pins: 'abc\ndef\nghi', env: 'PINS<<END\n123\n456\nEND' }, (reader) => {
    reader.optionalSecret('pins');
    reader.keyValues('env', { secret: true });
  });
  expect(secrets).toEqual(['abc\ndef\nghi', '123\n456']);
  expect(inputs.remarks).toEqual([
    'The lines of pins are too short to be masked one by one: masking them would black out ordinary words of the log.',
    'The lines of PINS in env are too short to be masked one by one: masking them would black out ordinary words of the log.',
  ]);
});

test('marks that would change how a sentence is read are shown as what they are', () => {
  const { problems } = read({ image: 'x:1' }, (reader) => {
    reader.check('image', () => {
      throw new ExplainedError('"x\u202egnp.exe\u2066\u200b" is not the name of an image.');
    });
    reader.problem('networks', 'cannot hold "a\u061cb"');
  });
  expect(problems).toEqual([
    String.raw`"x\u202egnp.exe\u2066\u200b" is not the name of an image.`,
    String.raw`Input networks cannot hold "a\u061cb".`,
  ]);
});

test('a check of the caller becomes a problem of its input, a bug does not', () => {
  const { problems } = read({}, (reader) => {
    reader.check('image', () => {
      throw new ExplainedError('needs a tag or a digest');
    });
    reader.check('key', () => {
      throw new ExplainedError('The private key is in PuTTY format.');
    });
  });
  expect(problems).toEqual(['Input image needs a tag or a digest.', 'The private key is in PuTTY format.']);
  const bug = () => {
    throw new TypeError('bug');
  };
  expect(() => read({}, (reader) => reader.check('image', bug))).toThrow('bug');
});

test('a long or strange value is quoted briefly', () => {
  const [problem] = read({ d: `\u001b[2J${'x'.repeat(200)}` }, (reader) => reader.duration('d')).problems;
  expect(problem).toMatch(/not "\[2Jx{54}…"\.$/);
});

test.each([
  ['/healthz?deep=1', 0],
  ['healthz', 1],
  ['/a b', 1],
  ['/a#b', 1],
])('url path %s', (path, count) => {
  expect(read({ p: path }, (reader) => reader.optionalUrlPath('p')).problems).toHaveLength(count);
});
