import type { LiveLoad } from '../test/load/start-load.ts';
import { count, duration } from './demo-report/format.ts';

/** What the action repeats while it waits, and what it says of the demo's own ledger of orders. */
const skipped = /^(?:(?:Health check|Watching|Draining|Pulling)\b|Old and new share the volume)/;

/** Tells the demo's events in the terminal, one a line, each with the time since the start. */
export class DemoVoice {
  readonly #startedMs = performance.now();
  readonly #isColored = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

  say(text: string): void {
    this.#line(text);
  }

  title(text: string): void {
    console.log('');
    this.#line(this.#paint('1', text));
  }

  /** A line of the action's own log. */
  action(version: string, line: string): void {
    if (skipped.test(line)) return;
    this.#line(this.#paint('2', `  ${version} │ ${line}`));
  }

  load({ answered, failed, mixed, perSecond, p99Ms }: LiveLoad): void {
    const isGood = failed === 0 && mixed === 0;
    const text = `Load so far: ${count(answered)} answered, ${count(failed)} failed, ${count(mixed)} mixed; now ${count(perSecond)} a second, p99 ${duration(p99Ms)}.`;
    this.#line(this.#paint(isGood ? '32' : '31', text));
  }

  good(text: string): void {
    this.#line(this.#paint('32', `✓ ${text}`));
  }

  problem(text: string): void {
    this.#line(this.#paint('31', `✕ ${text}`));
  }

  block(text: string): void {
    console.log(`\n${text}\n`);
  }

  #line(text: string): void {
    const seconds = ((performance.now() - this.#startedMs) / 1_000).toFixed(1).padStart(5);
    console.log(`${seconds} s  ${text}`);
  }

  #paint(code: string, text: string): string {
    return this.#isColored ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}
