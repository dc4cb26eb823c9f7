import { EngineError } from '#engine';
import type { StackJob } from './stack-context.ts';

/** Networks that Compose makes for a release go with it when it fails, but for those that something else uses by then. */
export async function undoNewNetworks({ server, undo }: StackJob, app: string): Promise<void> {
  const { networks } = server.engine;
  const labels = { 'com.docker.compose.project': app };
  const before = new Set((await networks.list({ labels })).map(({ Id }) => Id));
  undo.push('remove the new networks', async () => {
    const fresh = (await networks.list({ labels })).flatMap(({ Id = '' }) => (before.has(Id) ? [] : [Id]));
    for (const id of fresh) {
      await networks.remove(id).catch((error: unknown) => {
        if (!(error instanceof EngineError && error.status === 403)) throw error;
      });
    }
  });
}
