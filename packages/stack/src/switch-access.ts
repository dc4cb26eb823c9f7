import { stackContainers } from '#compose';
import { ServiceSwitch, SwitchError } from '#switch';
import type { StackJob } from './stack-context.ts';
import { switchContainerOf } from './stack-switches.ts';

/** The network of ours, as the Engine calls it. */
export function stackNetworkName(app: string): string {
  return `${app}_switchyard`;
}

/** How the switch of one service is reached on the server. */
export function serviceSwitchFor(
  { server, files, request }: Pick<StackJob, 'server' | 'files' | 'request'>,
  service: string,
): ServiceSwitch {
  return new ServiceSwitch(
    {
      service,
      folder: files.switchFolder(service),
      address: () => switchAddress({ server, request }, service),
    },
    { folder: server.files, connections: server },
  );
}

/** Its container gets another address with each start. */
async function switchAddress(
  { server, request }: Pick<StackJob, 'server' | 'request'>,
  service: string,
): Promise<string> {
  const found = switchContainerOf(await stackContainers(server.engine, request.app), service);
  const inspect = found && (await server.engine.containers.inspect(found.id));
  const address = inspect?.NetworkSettings?.Networks?.[stackNetworkName(request.app)]?.IPAddress;
  if (!address) {
    throw new SwitchError(
      `The switch of ${service} does not run on this server; look at "docker ps -a --filter label=com.docker.compose.project=${request.app}" and deploy again, which starts it.`,
    );
  }
  return address;
}
