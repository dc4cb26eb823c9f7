import * as core from '@actions/core';
import { InputReader } from './input-reader.ts';
import { type Log, StepLog } from './log.ts';
import { Masker } from './masker.ts';
import { type RunContext, readRunContext } from './run-context.ts';
import { isTooCommonToMask } from './secret-forms.ts';
import { SummaryBuilder } from './summary.ts';

/** Values for the post step of the same action. Never a secret: the runner keeps them in plain text. */
export interface StepState {
  save(name: string, value: string): void;
  get(name: string): string | undefined;
}

/** Everything an action may ask of the runner. */
export interface Runner<OutputName extends string = string> {
  readonly inputs: InputReader;
  readonly log: Log;
  readonly summary: SummaryBuilder;
  readonly context: RunContext;
  readonly state: StepState;
  /** Aborted when the run is cancelled: stop at the next safe point. The reason is a Cancellation. */
  readonly signal: AbortSignal;
  /** Sets an output; the last value wins. Written at once, so that a killed step keeps it. */
  output(name: OutputName, value: string | number | boolean): void;
  /** Removes a value from the log, the summary and the outputs from now on. */
  mask(value: string): void;
  /** The same, but leaves values like `1` and `true` alone, because masking them would hide ordinary words. */
  maskUnlessCommon(value: string): void;
  /** The text without the secrets known so far: for what is written down where another run will read it. */
  masked(text: string): string;
}

export interface StepRunner<OutputName extends string> extends Runner<OutputName> {
  readonly log: StepLog;
  readonly isDebug: boolean;
  writeSummary(): Promise<void>;
}

/** Connects to GitHub's runner through @actions/core and the environment of this process. */
export function connectToRunner<OutputName extends string>(
  outputNames: readonly OutputName[] | undefined,
  signal: AbortSignal,
): StepRunner<OutputName> {
  const masker = new Masker((form) => core.setSecret(form));
  const mask = (value: string) => masker.add(value);
  const log = new StepLog(core, masker);
  const summary = new SummaryBuilder();
  return {
    inputs: new InputReader(process.env, mask),
    log,
    summary,
    context: readRunContext(process.env),
    isDebug: core.isDebug(),
    signal,
    mask,
    masked: (text) => masker.mask(text),
    maskUnlessCommon(value) {
      if (!isTooCommonToMask(value)) mask(value);
    },
    output(name, value) {
      if (outputNames !== undefined && !outputNames.includes(name)) {
        throw new Error(`The action has no output ${name}.`);
      }
      const text = String(value);
      // GitHub drops a job output that holds a secret; a masked one at least says that there was a value.
      const masked = masker.mask(text);
      if (masked !== text) log.warning(`The output ${name} held a secret, which was replaced by ***.`);
      core.setOutput(name, masked);
    },
    state: {
      save(name, value) {
        if (masker.isSecretIn(value)) throw new Error(`The state ${name} must not hold a secret.`);
        core.saveState(name, value);
      },
      get: (name) => core.getState(name) || undefined,
    },
    async writeSummary() {
      // Outside GitHub there may be no summary file, and that is no reason to fail.
      if (!process.env.GITHUB_STEP_SUMMARY || summary.isEmpty) return;
      const text = summary.render((block) => masker.mask(block));
      await core.summary.emptyBuffer().addRaw(text).write({ overwrite: true });
    },
  };
}
