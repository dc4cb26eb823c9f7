import { clipEnd } from '#clipped-text';
import { EngineError } from './engine-error.ts';

const MAX_LINE_BYTES = 1024 * 1024;

/**
 * One JSON object a line, as /events and /images/create send it. Empty lines are skipped.
 *
 * @throws EngineError on a line that is not a JSON object or longer than 1 MiB
 */
export async function* jsonLines<T extends object>(chunks: AsyncIterable<Buffer>): AsyncGenerator<T> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      held.push(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
      const line = Buffer.concat(held).toString('utf8').trim();
      held = [];
      heldBytes = 0;
      if (line !== '') yield parseLine<T>(line);
    }
    held.push(rest);
    heldBytes += rest.length;
    if (heldBytes > MAX_LINE_BYTES) {
      throw new EngineError('The Docker Engine sent a line of more than 1 MiB in a stream of JSON lines.');
    }
  }
  const last = Buffer.concat(held).toString('utf8').trim();
  if (last !== '') yield parseLine<T>(last);
}

function parseLine<T extends object>(line: string): T {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as T;
  } catch {
    // Reported below: what was sent matters, not where the parser stopped.
  }
  throw new EngineError(
    `The Docker Engine sent something other than JSON in a stream of JSON lines: ${JSON.stringify(clipEnd(line, 100))}.`,
  );
}
