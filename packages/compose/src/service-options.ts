import { parseCommandLine, quoteBriefly } from '#action-kit';
import { ExplainedError } from '#explained-error';
import type { Protocol } from '#switch';
import type { ServiceOrder } from './resolved-project.ts';
import { isServiceName } from './service-name.ts';

/** What the user says of one service, by the input or by labels; undefined is left to the rules. */
export interface ServiceOptions {
  /** In the container; the first is the one that is probed. */
  readonly ports: readonly number[] | undefined;
  readonly healthPath: string | undefined;
  readonly healthCommand: readonly string[] | undefined;
  readonly order: ServiceOrder | undefined;
  readonly protocol: Protocol | undefined;
  readonly singleton: boolean | undefined;
}

export interface OptionProblem {
  /** Undefined where the line names none. */
  readonly service: string | undefined;
  /** The key as it was written, without `switchyard.`; undefined where it is not about one. */
  readonly key: string | undefined;
  /** One sentence without its full stop, to be put after the name of the input or the place. */
  readonly sentence: string;
}

const labelPrefix = 'switchyard.';
/** Labels that a release sets on what it makes. */
const ownLabels = ['app', 'color', 'home', 'pool', 'release', 'role', 'service', 'slot', 'timeout'];

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** What each key does with its value; it throws the rest of a sentence that begins with the key. */
const readers: Readonly<Record<string, (value: string, options: Mutable<ServiceOptions>) => void>> = {
  port(value, options) {
    options.ports = readPorts(value);
  },
  'health-path'(value, options) {
    if (!/^\/[\x21-\x22\x24-\x7e]*$/.test(value)) {
      throw new ExplainedError(`is ${quoteBriefly(value)}; write a path like /healthz, without spaces and #`);
    }
    options.healthPath = value;
  },
  'health-command'(value, options) {
    options.healthCommand = parseCommandLine(value);
  },
  order(value, options) {
    options.order = oneOf(value, ['start-first', 'stop-first']);
  },
  protocol(value, options) {
    options.protocol = oneOf(value, ['http', 'h2c', 'tcp']);
  },
  singleton(value, options) {
    options.singleton = oneOf(value, ['true', 'false']) === 'true';
  },
};
const knownKeys = Object.keys(readers);

/**
 * Reads lines such as `api port=8000,9000 health-path=/health order=stop-first`. A value with spaces stands in quotes:
 * `health-command="pg_isready -q"`.
 */
export function parseServiceOptions(lines: readonly string[]): {
  readonly options: ReadonlyMap<string, ServiceOptions>;
  readonly problems: readonly OptionProblem[];
} {
  const options = new Map<string, ServiceOptions>();
  const problems: OptionProblem[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const refuse = (why: string, service?: string) =>
      problems.push({ service, key: undefined, sentence: `${quoteBriefly(line)} ${why}` });
    let words: string[];
    try {
      words = parseCommandLine(line);
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw error;
      refuse(error.message);
      continue;
    }
    const [service = '', ...pairs] = words;
    if (!isServiceName(service)) {
      refuse('does not begin with the name of a service; write service key=value');
      continue;
    }
    if (options.has(service)) {
      refuse(`is a second line for ${service}; write all of its options in one line`, service);
      continue;
    }
    if (pairs.length === 0) refuse(`says nothing of ${service}; write service key=value`, service);
    const entries: [string, string][] = [];
    for (const pair of pairs) {
      const equals = pair.indexOf('=');
      if (equals > 0) entries.push([pair.slice(0, equals), pair.slice(equals + 1)]);
      else
        refuse(
          `has ${quoteBriefly(pair)} without a key; write key=value, in quotes where it has spaces`,
          service,
        );
    }
    const read = readOptions(service, entries, 'option ');
    options.set(service, read.options);
    problems.push(...read.problems);
  }
  return { options, problems };
}

/** Reads the same from a service's labels, such as `switchyard.port`; other labels are other people's. */
export function readServiceLabels(
  service: string,
  labels: Readonly<Record<string, string>>,
): { readonly options: ServiceOptions; readonly problems: readonly OptionProblem[] } {
  const entries = Object.entries(labels)
    .filter(([label]) => label.startsWith(labelPrefix))
    .map(([label, value]): [string, string] => [label.slice(labelPrefix.length), value]);
  return readOptions(service, entries, `label ${labelPrefix}`);
}

function readOptions(
  service: string,
  entries: readonly (readonly [key: string, value: string])[],
  kind: string,
): { options: ServiceOptions; problems: OptionProblem[] } {
  const options: Mutable<ServiceOptions> = {
    ports: undefined,
    healthPath: undefined,
    healthCommand: undefined,
    order: undefined,
    protocol: undefined,
    singleton: undefined,
  };
  const problems: OptionProblem[] = [];
  const seen = new Set<string>();
  const isLabel = kind.startsWith('label');
  for (const [key, value] of entries) {
    const refuse = (why: string) => {
      const name = /^[\w.-]{1,60}$/.test(key) ? `${kind}${key}` : `${kind}${quoteBriefly(key)}`;
      problems.push({ service, key, sentence: `the ${name} of ${service} ${why}` });
    };
    const read = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (read === undefined) {
      const isOurs = isLabel && ownLabels.includes(key);
      refuse(
        isOurs ? 'is set by each release itself; take it out' : `is not known; use ${listed(knownKeys)}`,
      );
    } else if (seen.has(key)) {
      refuse('is given twice; keep one of them');
    } else {
      seen.add(key);
      try {
        read(value, options);
      } catch (error) {
        if (!(error instanceof ExplainedError)) throw error;
        refuse(error.message);
      }
    }
  }
  if (options.healthPath !== undefined && options.healthCommand !== undefined) {
    const sentence = `${service} has both a health-path and a health-command; give only one of them`;
    problems.push({ service, key: 'health-command', sentence });
  }
  if (options.singleton === true && options.order === 'start-first') {
    const sentence = `${service} is a singleton and start-first, which would run it twice; give only one of them`;
    problems.push({ service, key: 'order', sentence });
  }
  return { options, problems };
}

function readPorts(value: string): number[] {
  const texts = value.split(',').map((text) => text.trim());
  const ports = texts.map((text) => (/^\d{1,5}$/.test(text) ? Number(text) : 0));
  if (ports.some((port) => port < 1 || port > 65_535)) {
    throw new ExplainedError(
      `is ${quoteBriefly(value)}; write a number from 1 to 65535, or several with commas between them`,
    );
  }
  if (new Set(ports).size < ports.length) {
    throw new ExplainedError(`names a port twice (${quoteBriefly(value)}); name each once`);
  }
  return ports;
}

function oneOf<const T extends string>(value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new ExplainedError(`is ${quoteBriefly(value)}; write ${listed(known)}`);
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
