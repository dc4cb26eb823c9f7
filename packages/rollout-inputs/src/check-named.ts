import type { InputReader } from '#action-kit';
import { ExplainedError } from '#explained-error';

/** As the reader's own check, for sentences that don't say by themselves which input they mean. */
export function checkNamed<T>(reader: InputReader, name: string, action: () => T): T | undefined {
  return reader.check(name, () => {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw error;
      throw new ExplainedError(`Input ${name}: ${error.message}`, { cause: error });
    }
  });
}
