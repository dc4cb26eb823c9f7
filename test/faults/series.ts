import { readFile } from 'node:fs/promises';
import { run } from '../../scripts/test-tools-run.ts';
import { findLeaks } from '../runner/leaks.ts';
import { judge, judgeStrike } from './judge.ts';
import { describeMoment, stepIn } from './moment.ts';
import { resultOf, type ScenarioResult } from './results.ts';
import { describeScenario, playScenario, type Scenario } from './scenario.ts';
import type { Scene } from './scene.ts';
import type { Walk } from './walk.ts';

/** Plays scenarios one after another on one scene; what one breaks does not spoil the next. */
export class Series {
  readonly results: ScenarioResult[] = [];
  readonly #scene: Scene;
  readonly #only: RegExp;
  readonly #usualMs = new Map<string, number>();
  #number = 0;

  constructor(scene: Scene, only: RegExp) {
    this.#scene = scene;
    this.#only = only;
  }

  /** How long each walk takes when nothing happens; the second time, because the first pulls whole images. */
  async warmUp(walks: readonly Walk[]): Promise<void> {
    for (const walk of walks) {
      for (let round = 0; round < 2; round += 1) {
        this.#number += 1;
        const start = await walk.prepare(this.#scene, this.#number);
        let firstStepMs: number | undefined;
        const result = await walk.run(this.#scene, start, {
          needsLongPull: false,
          runner: { isDebug: true },
          onRawLine(line) {
            if (stepIn(line)) firstStepMs ??= performance.now();
          },
        });
        if (result.exitCode !== 0) throw new Error(`${walk.name} fails without a fault:\n${result.log}`);
        this.#usualMs.set(walk.name, performance.now() - (firstStepMs ?? 0));
      }
      console.log(`${walk.name} usually takes ${Math.round(this.#usualMs.get(walk.name) ?? 0)} ms.`);
    }
  }

  /** Resolves with whether the fault struck. */
  async play(drawn: Omit<Scenario, 'number'>): Promise<boolean> {
    this.#number += 1;
    const scenario = { ...drawn, number: this.#number };
    const name = describeScenario(scenario);
    if (!this.#only.test(name)) return true;
    const startedMs = performance.now();
    const seen = await playScenario(this.#scene, scenario, this.#usualMs.get(drawn.walk.name) ?? 0).catch(
      (error: Error) => error,
    );
    const took = `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    if (seen instanceof Error) {
      console.log(`✕ ${name}: could not be played: ${seen.stack}`);
      this.results.push(unplayed(scenario, seen.message));
      await this.#startOver();
      return true;
    }
    const misses = [...judgeStrike(seen.struck, scenario.moment), ...judge(seen)];
    if (seen.struck !== 'hit' && misses.length === 0) {
      console.log(`– ${name}: nothing to hit, so another moment is drawn (${took})`);
      return false;
    }
    this.results.push(resultOf(scenario, seen, misses));
    const failed = seen.load.failed > 0 ? `, ${seen.load.failed} failed` : '';
    console.log(
      `${misses.length === 0 ? '✓' : '✕'} ${name}: ${seen.servesAlone.join()} served${failed} (${took})`,
    );
    if (misses.length > 0) {
      for (const miss of misses) console.log(`    ${miss}`);
      const steps = [...seen.stepTimes].map(([step, ms]) => `${step} ${Math.round(ms)}`);
      console.log(`    struck at ${Math.round(seen.struckAtMs)} ms; ${steps.join(', ')}`);
      console.log(indented('the action', seen.result.log));
      console.log(indented('the next deploy', seen.next.result.log));
      await this.#startOver();
    }
    return seen.struck === 'hit';
  }

  /** Secrets in what the Engine and sshd write. */
  async searchEngine(): Promise<string[]> {
    const { engine, stage } = this.#scene;
    const places = new Map([
      ["the Engine's log", await readFile(engine.log, 'utf8')],
      ["sshd's log", stage.server.log()],
    ]);
    const found = findLeaks(stage.canaries, places).map(
      ({ place, form }) => `A secret (${form}) is in ${place}.`,
    );
    // The app's own secret belongs into its container's definition, and nothing else anywhere.
    for (const secret of [stage.registry.password, stage.server.privateKey.split('\n')[2] ?? '']) {
      const folders = ['containers', 'network', 'image', 'volumes'].map((name) => `/var/lib/docker/${name}`);
      const files = await run('grep', ['-rlF', '--', secret, ...folders]).catch(() => '');
      if (files !== '') found.push(`A secret is in ${files.trim().split('\n').join(', ')}.`);
    }
    return found;
  }

  async #startOver(): Promise<void> {
    await this.#scene.startOver();
  }
}

function unplayed(scenario: Scenario, message: string): ScenarioResult {
  return {
    walk: scenario.walk.name,
    fault: scenario.fault.name,
    moment: describeMoment(scenario.moment),
    isRandom: scenario.moment.at === 'random',
    seed: scenario.seed,
    allowance: 'none',
    requests: 0,
    failed: 0,
    outageMs: undefined,
    said: undefined,
    misses: [message],
  };
}

function indented(title: string, log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  return [`    --- ${title}`, ...lines.slice(-60).map((line) => `    | ${line}`)].join('\n');
}
