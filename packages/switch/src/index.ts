export type { HaproxyDefinition } from './haproxy-config.ts';
export { parseHaproxyAddress, parseHaproxyConfig, servedAddresses } from './haproxy-config.ts';
export type { SwitchNetwork, SwitchProcess } from './haproxy-container.ts';
export { switchLabels } from './haproxy-container.ts';
export { SwitchError } from './haproxy-runtime.ts';
export { writeHaproxyAddress } from './haproxy-sections.ts';
export type { HaproxyOptions } from './haproxy-switch.ts';
export { HaproxySwitch } from './haproxy-switch.ts';
export { nginxFiles, parseUpstream } from './nginx-files.ts';
export type {
  AskOverHttp,
  CommandOutcome,
  NginxContainer,
  NginxContainers,
  NginxFolder,
  NginxSurroundings,
} from './nginx-surroundings.ts';
export type { NginxOptions } from './nginx-switch.ts';
export { NginxSwitch } from './nginx-switch.ts';
export { TrafficMovedError } from './recorded-traffic.ts';
export { canonicalHost, isSameAddress, printedAddress } from './served-address.ts';
export type {
  AppliedConfig,
  PreparedConfig,
  ServiceSwitchPlace,
  ServiceSwitchSurroundings,
} from './service-switch.ts';
export { ServiceSwitch } from './service-switch.ts';
export type { ServicePort, ServiceSwitchDefinition } from './service-switch-config.ts';
export { shiftCommands } from './service-switch-config.ts';
export type { ServiceSwitchContainer } from './service-switch-container.ts';
export { serviceSwitchContainer } from './service-switch-container.ts';
export type {
  SwitchConnections,
  SwitchContainer,
  SwitchContainerConfig,
  SwitchContainers,
  SwitchFolder,
} from './surroundings.ts';
export * from './traffic-switch.ts';
export { UnroutedSwitch } from './unrouted-switch.ts';
