import { SyntaxKind } from 'typescript/unstable/ast';
import { createScanner } from 'typescript/unstable/ast/scanner';

/** One word, sign or literal of a TypeScript source. */
export interface Token {
  readonly kind: 'word' | 'sign' | 'string' | 'template' | 'other';
  /** As it is written; of a string what it says. */
  readonly text: string;
}

/** What a slash can't divide: after one of these it starts a regular expression. */
const beforeRegex = new Set(
  '( , = : [ ! & | ? { } ; + - * % < > ~ ^ => == === != !== <= >= && || ?? += -= *= ??= ||= &&= ... return typeof case in of delete void throw new else do await yield'.split(
    ' ',
  ),
);

/** The tokens of a source in order, read by TypeScript's own scanner; comments are none. */
export function readTokens(source: string): Token[] {
  const scanner = createScanner(true, undefined, source);
  const tokens: Token[] = [];
  /** For each brace that is open, whether it is one of a template's `${`. */
  const braces: boolean[] = [];
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    const last = tokens.at(-1);
    if (kind === SyntaxKind.SlashToken || kind === SyntaxKind.SlashEqualsToken) {
      if (last === undefined || (last.kind !== 'string' && beforeRegex.has(last.text)))
        kind = scanner.reScanSlashToken();
    } else if (kind === SyntaxKind.CloseBraceToken && braces.pop() === true) {
      kind = scanner.reScanTemplateToken(false);
      if (kind === SyntaxKind.TemplateMiddle) braces.push(true);
    } else if (kind === SyntaxKind.OpenBraceToken || kind === SyntaxKind.TemplateHead) {
      braces.push(kind === SyntaxKind.TemplateHead);
    }
    tokens.push(tokenOf(kind, scanner.getTokenText(), scanner.getTokenValue()));
  }
  return tokens;
}

function tokenOf(kind: SyntaxKind, text: string, value: string): Token {
  if (kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral) {
    return { kind: 'string', text: value };
  }
  if (kind === SyntaxKind.TemplateHead) return { kind: 'template', text };
  if (kind === SyntaxKind.Identifier || kind >= SyntaxKind.FirstKeyword) return { kind: 'word', text: value };
  if (kind >= SyntaxKind.FirstPunctuation && kind <= SyntaxKind.LastPunctuation)
    return { kind: 'sign', text };
  return { kind: 'other', text };
}
