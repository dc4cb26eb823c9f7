import { afterAll, beforeAll, beforeEach } from 'vitest';
import { ToolUnavailable } from '../../scripts/test-tools.ts';
import { describeWithEngine } from '../machine/describe-with-engine.ts';
import { openStackStage, type StackStage, type StackStageOptions } from './stack-stage.ts';

/**
 * A suite with a stack of its own; where this machine cannot have the databases its tests are skipped with the reason.
 *
 * @param setUp what is there before the first test
 */
export function describeStack(
  name: string,
  options: StackStageOptions,
  body: (stage: () => StackStage) => void,
  setUp: (stage: StackStage) => Promise<unknown> = async () => undefined,
): void {
  describeWithEngine(name, () => {
    let stage: StackStage | undefined;
    let unavailable: string | undefined;
    beforeAll(async () => {
      try {
        stage = await openStackStage(options);
        await setUp(stage);
      } catch (error) {
        if (!(error instanceof ToolUnavailable)) throw error;
        unavailable = error.message;
      }
    });
    beforeEach((context) => context.skip(unavailable !== undefined, unavailable));
    afterAll(() => stage?.close());
    body(() => {
      if (!stage) throw new Error('The stage is open from the first test on.');
      return stage;
    });
  });
}
