import { describe, expect, test } from 'vitest';
import { Masker } from '../../../packages/action-kit/src/masker.ts';
import { escapeHtml, SummaryBuilder } from '../../../packages/action-kit/src/summary.ts';
import { findLeaks } from '../leaks.ts';
import { secretWriters } from '../secret-writers.ts';

const canaries = {
  'a password with everything in it': 'Zk9q"Lm4&Tt/Rw7 Yp+Gh2#$Vb8\\Qs<5>!\'(x)*ä€%😀Wd3',
  'a password with two spaces and a tab': 'Zk9qLm4  TtRw7\tYpXGh2Vb8',
  'a password with a control character': 'Zk9qLm4\u0007TtRw7\u202eYpXGh2Vb8',
  'a password in quotes': '"Zk9qLm4/TtRw7&YpXGh2Vb8"',
  'lines of text': 'Zk9qLm4&TtRw7YpX\nGh2Vb8"Qs5Wd3/Nc6',
  'lines too short to be masked alone': 'Zk9\nLm4\nTt&\nRw7\nYp"\nGh2',
  'a key':
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAA/AA\nQyNTU+xOQ9xw4Hq\n-----END OPENSSH PRIVATE KEY-----\n',
};

function leaksIn(canary: string, text: string): string[] {
  return findLeaks([canary], new Map([['text', text]])).map(({ form }) => form);
}

describe.each(Object.entries(canaries))('%s', (_, canary) => {
  const masker = new Masker();
  masker.add(canary);

  test.each(secretWriters)('as $program writes it is found, and masked', ({ write }) => {
    for (const text of [`pw=${write(canary)};`, `{"pw":"${write(canary.trim())}"}`]) {
      expect(leaksIn(canary, text)).not.toEqual([]);
      expect(leaksIn(canary, masker.mask(text)), text).toEqual([]);
    }
  });

  test.each(secretWriters)('as $program writes it is masked in a summary', ({ write }) => {
    const text = `pw=${write(canary)};`;
    const summary = new SummaryBuilder()
      .headline('failed', text)
      .paragraph(['It said', { code: text }])
      .list([text])
      .code(text)
      .render((block) => masker.mask(block));
    expect(leaksIn(canary, summary), summary).toEqual([]);
    expect(masker.mask(escapeHtml(text))).toContain('***');
  });
});
