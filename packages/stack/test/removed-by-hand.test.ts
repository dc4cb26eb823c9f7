import { expect, test } from 'vitest';
import { ExplainedError } from '../../explained-error/src/index.ts';
import { MemoryFiles } from '../../release/test/memory-files.ts';
import { adopt } from '../src/adopt-services.ts';
import type { ReleasePlan } from '../src/release-plan.ts';
import type { StackGround, StackJob } from '../src/stack-context.ts';
import { StackFiles } from '../src/stack-files.ts';
import { serviceSwitchFor } from '../src/switch-access.ts';

// What somebody else has taken away on the server is told in a sentence that says what to do, not as a fault of ours.

const id = '20261121-010000-zzzz';
const files = new StackFiles(new MemoryFiles(), '/home/deploy/.switchyard/shop');
const nothing = () => undefined;
/** A job on a server without a container. */
const job = {
  files,
  server: { files: new MemoryFiles(), engine: { containers: { list: async () => [] } } },
  request: { app: 'shop' },
  reporter: { warning: nothing, info: nothing },
  progress: { stopped: new Set() },
  undo: { push: nothing },
} as unknown as StackJob;

async function sentence(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ExplainedError);
  return (error as Error).message;
}

test("a release's file", async () => {
  expect(await sentence(files.publish(id))).toBe(
    `The file of release ${id} is gone from the server (/home/deploy/.switchyard/shop/stacks/${id}/compose.yaml); deploy again, which writes another.`,
  );
});

test("a switch's container", async () => {
  expect(await sentence(serviceSwitchFor(job, 'web').openAsClient(8080))).toBe(
    'The switch of web does not run on this server; look at "docker ps -a --filter label=com.docker.compose.project=shop" and deploy again, which starts it.',
  );
});

test('the container of a switch that is about to take an address over', async () => {
  const ground = { state: { containers: [] }, compose: { createSwitches: async () => undefined } };
  const plan = { release: { id, app: 'shop', services: {} }, project: {} };
  const adopting = adopt(job, ground as unknown as StackGround, plan as ReleasePlan, ['web'], new Map());
  expect(await sentence(adopting)).toBe(
    'The container of web-switch that Compose has made is gone again; look who else works on shop on this server, and deploy again.',
  );
});
