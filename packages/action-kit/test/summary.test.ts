import { expect, test } from 'vitest';
import { SummaryBuilder } from '#action-kit';

test('text of others stays text', () => {
  const summary = new SummaryBuilder()
    .heading('<b>*x*</b>')
    .paragraph(['a ', { code: '`<i>`\n\nb' }, ' ', { link: 'javascript:alert(1)', text: 'c' }])
    .table(['Name'], [['|<script>'], [{ link: 'https://example.com/?a=1&b="2', text: 'd' }]])
    .list(['one\n\n# two']);
  expect(summary.render()).toBe(
    [
      '<h4>&lt;b&gt;*x*&lt;/b&gt;</h4>',
      '<p>a <code>`&lt;i&gt;`  b</code> c</p>',
      '<table>\n<tr><th>Name</th></tr>\n<tr><td>|&lt;script&gt;</td></tr>\n<tr><td><a href="https://example.com/?a=1&amp;b=&quot;2">d</a></td></tr>\n</table>',
      '<ul>\n<li>one<br># two</li>\n</ul>',
      '',
    ].join('\n\n'),
  );
});

test('the headline comes first, whenever it was set', () => {
  const summary = new SummaryBuilder()
    .paragraph('later')
    .headline('unknown', 'old')
    .headline('failed', 'new');
  expect(summary.render()).toBe('<h3>❌ new</h3>\n\n<p>later</p>\n\n');
});

test('a folded section holds blocks of its own', () => {
  const text = new SummaryBuilder().details('Log', (section) => section.code('a\n\n</pre>')).render();
  expect(text).toBe(
    '<details><summary>Log</summary>\n\n<pre><code>a\n\n&lt;/pre&gt;</code></pre>\n\n</details>\n\n',
  );
});

test('of a long log the end is kept', () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
  const text = new SummaryBuilder().code(lines.join('\n')).render();
  expect(text).toMatch(/^<pre><code>… \(\d+ earlier lines left out\)\nline \d+/);
  expect(text).toContain('line 19999</code>');
  expect(text.length).toBeLessThan(70_000);
});

test('secrets are masked, also where escaping changed them', () => {
  const text = new SummaryBuilder()
    .code('pass&word')
    .render((block) => block.replaceAll('pass&amp;word', '***'));
  expect(text).toBe('<pre><code>***</code></pre>\n\n');
});

test('nothing makes an empty text', () => {
  expect(new SummaryBuilder().render()).toBe('');
});
