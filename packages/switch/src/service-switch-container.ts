import { folderInContainer } from './haproxy-config.ts';
import { filesInContainer } from './service-switch-config.ts';

/** How the container of a service's switch runs, in Compose's words; ports, networks and labels are the stack's. */
export interface ServiceSwitchContainer {
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly restart: 'unless-stopped';
  readonly stop_signal: string;
  readonly stop_grace_period: string;
  readonly volumes: readonly {
    readonly type: 'bind';
    readonly source: string;
    readonly target: string;
  }[];
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly read_only: true;
  readonly logging: { readonly driver: 'json-file'; readonly options: Readonly<Record<string, string>> };
}

/**
 * @param folder the switch's folder on the server
 * @param owner whose folder it is, as the container sees it: a rootless Engine makes its user root inside. Low ports need
 * no root, because the Engine lets everybody bind them in a container's own network.
 */
export function serviceSwitchContainer(
  folder: string,
  owner: { readonly uid: number; readonly gid: number },
): ServiceSwitchContainer {
  return {
    user: `${owner.uid}:${owner.gid}`,
    entrypoint: ['haproxy'],
    command: ['-W', '-db', '-f', filesInContainer.config, '-S', `${filesInContainer.master},mode,600`],
    restart: 'unless-stopped',
    stop_signal: 'SIGUSR1',
    stop_grace_period: '5s',
    // The folder, not its files: a file's mount would keep showing the file that an atomic write replaced.
    volumes: [{ type: 'bind', source: folder, target: folderInContainer }],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges'],
    read_only: true,
    logging: { driver: 'json-file', options: { 'max-size': '5m', 'max-file': '2' } },
  };
}
