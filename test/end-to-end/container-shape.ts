import type { TestApp } from './stand.ts';

/** What a person sees of a container, without what must differ between two of the same release. */
export async function containerShape(app: TestApp, container: string) {
  const { Config, HostConfig, NetworkSettings, Mounts, Image } = await app.inspect(container);
  const { Hostname: _, Env, Labels, ...config } = Config;
  const { 'switchyard.color': __, ...labels } = Labels;
  return {
    Image,
    config,
    labels,
    env: Env.toSorted(),
    host: HostConfig,
    networks: Object.keys(NetworkSettings.Networks).toSorted(),
    // The Engine lists them in any order.
    mounts: Mounts.map(({ Name, Source, Destination, RW }: Record<string, unknown>) =>
      [Name ?? Source, Destination, RW].join(' '),
    ).toSorted(),
  };
}
