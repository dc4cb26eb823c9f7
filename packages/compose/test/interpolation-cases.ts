/** Checked against our interpolation and against Compose's own. */
export const interpolationVariables: Readonly<Record<string, string>> = {
  A: 'a',
  B_2: 'b',
  EMPTY: '',
  DOLLAR: '$A',
};

const braces = (inside: string) => `\${${inside}}`;

export const interpolationCases: readonly (readonly [text: string, expected: string])[] = [
  ['plain', 'plain'],
  ['$A/$B_2', 'a/b'],
  ['x$A-y', 'xa-y'],
  [`x${braces('A')}y`, 'xay'],
  ['$NONE.', '.'],
  [braces('NONE'), ''],
  [braces('A:-d'), 'a'],
  [braces('NONE:-d'), 'd'],
  [braces('EMPTY:-d'), 'd'],
  [braces('EMPTY-d'), ''],
  [braces('NONE-d'), 'd'],
  [braces('NONE:-'), ''],
  [braces('NONE-d-e:-f'), 'd-e:-f'],
  [braces('A:?why'), 'a'],
  [braces('EMPTY?why'), ''],
  [braces('A:+x'), 'x'],
  [braces('EMPTY:+x'), ''],
  [braces('EMPTY+x'), 'x'],
  [braces('NONE+x'), ''],
  [`${braces(`NONE:-${braces('B_2')}/c`)}/d`, 'b/c/d'],
  [braces(`NONE:-${braces(`NONE:-${braces('A')}`)}`), 'a'],
  [braces('NONE:-$B_2'), 'b'],
  ['$$A', '$A'],
  [`$$${braces('A')}`, '$a'],
  [`$$$${braces('A')}`, '$${A}'],
  ['$DOLLAR', '$A'],
  ['{A}', '{A}'],
  [`${braces('A')}}`, 'a}'],
];
