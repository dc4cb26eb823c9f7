import { sentenceOf } from '#explained-error';
import type { Protocol } from '#switch';
import type { RoutedPort, ServiceOrder } from './resolved-project.ts';

/** What a label `switchyard.<key>` of a service, or a line of the input `service-options`, says of it. */
export interface ServiceOptions {
  /** The first is the one that is probed; empty for `none`: the service has no port. */
  readonly ports?: readonly { readonly port: number; readonly protocol?: Protocol }[];
  /** Of every port that does not say its own. */
  readonly protocol?: Protocol;
  readonly healthPath?: string;
  readonly healthCommand?: readonly string[];
  readonly order?: ServiceOrder;
  /** Two of it must never run at once. */
  readonly singleton?: boolean;
}

/** The options' names, as labels (with `switchyard.` before them) and in the input. */
export const serviceOptionNames = [
  'port',
  'protocol',
  'health-path',
  'health-command',
  'order',
  'singleton',
] as const;
export type ServiceOptionName = (typeof serviceOptionNames)[number];

/** Splits a command line into its arguments; throws one that says what is wrong with it. */
export type SplitCommand = (text: string) => readonly string[];

export type OptionReading = { readonly options: ServiceOptions } | { readonly problem: string };

const protocols: readonly Protocol[] = ['http', 'h2c', 'tcp'];
const orders: readonly ServiceOrder[] = ['start-first', 'stop-first'];

/** Reads one option; a problem is the rest of a sentence: "must be …". */
export function readServiceOption(name: ServiceOptionName, text: string, split: SplitCommand): OptionReading {
  const value = text.trim();
  switch (name) {
    case 'port':
      return readPorts(value);
    case 'protocol': {
      const protocol = protocols.find((known) => known === value);
      return protocol ? { options: { protocol } } : { problem: 'must be http, h2c or tcp' };
    }
    case 'health-path':
      return /^\/[\x21-\x22\x24-\x7e]{0,2000}$/.test(value)
        ? { options: { healthPath: value } }
        : { problem: 'must be a path that starts with /, such as /health' };
    case 'health-command':
      try {
        return { options: { healthCommand: split(value) } };
      } catch (error) {
        return { problem: sentenceOf(error) };
      }
    case 'order': {
      const order = orders.find((known) => known === value);
      return order ? { options: { order } } : { problem: 'must be start-first or stop-first' };
    }
    case 'singleton':
      return value === 'true' || value === 'false'
        ? { options: { singleton: value === 'true' } }
        : { problem: 'must be true or false' };
  }
}

function readPorts(value: string): OptionReading {
  if (value === 'none') return { options: { ports: [] } };
  const ports: { port: number; protocol?: Protocol }[] = [];
  for (const item of value.split(',')) {
    const [, digits = '', name] = /^\s*(\d{1,5})(?:\/(\w+))?\s*$/.exec(item) ?? [];
    const protocol = protocols.find((known) => known === name);
    const port = Number(digits);
    if (digits === '' || port < 1 || port > 65_535 || (name !== undefined && protocol === undefined)) {
      return { problem: 'must be a port from 1 to 65535, several as 8000,9000/tcp, or none' };
    }
    ports.push(protocol ? { port, protocol } : { port });
  }
  return { options: { ports } };
}

export const optionLabelPrefix = 'switchyard.';

export interface LabelProblem {
  readonly label: string;
  readonly problem: string;
}

/** What a service's labels say; labels that are not understood are named, so that none is passed over. */
export function readOptionLabels(
  labels: Readonly<Record<string, string>> | undefined,
  split: SplitCommand,
): { options: ServiceOptions; problems: LabelProblem[] } {
  let options: ServiceOptions = {};
  const problems: LabelProblem[] = [];
  for (const [label, value] of Object.entries(labels ?? {})) {
    if (!label.startsWith(optionLabelPrefix) || ownLabels.has(label)) continue;
    const name = serviceOptionNames.find((known) => label === `${optionLabelPrefix}${known}`);
    const reading: OptionReading = name
      ? readServiceOption(name, value, split)
      : { problem: `is none of ${serviceOptionNames.map((known) => optionLabelPrefix + known).join(', ')}` };
    if ('problem' in reading) problems.push({ label, problem: reading.problem });
    else options = { ...options, ...reading.options };
  }
  return { options, problems };
}

/** The labels that a release puts on what it makes. */
export const stackLabels = {
  app: 'switchyard.app',
  role: 'switchyard.role',
  color: 'switchyard.color',
  /** Of a switch: the service that it stands before. */
  service: 'switchyard.service',
} as const;

const ownLabels: ReadonlySet<string> = new Set(Object.values(stackLabels));

/** The ports of the options with the protocol that holds for each; undefined where nothing is said of ports. */
export function optionPorts(options: ServiceOptions): readonly RoutedPort[] | undefined {
  return options.ports?.map(({ port, protocol }) => ({
    port,
    protocol: protocol ?? options.protocol ?? 'http',
  }));
}
