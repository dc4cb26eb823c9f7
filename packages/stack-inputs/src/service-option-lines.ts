import { parseCommandLine, quoteBriefly } from '#action-kit';
import { isServiceName, readServiceOption, type ServiceOptions, serviceOptionNames } from '#compose';
import { ExplainedError } from '#explained-error';

export interface ServiceOptionLines {
  /** By service. */
  readonly options: Readonly<Record<string, ServiceOptions>>;
  /** What is wrong with the lines, each one sentence without its full stop. */
  readonly problems: readonly string[];
}

/**
 * Reads lines such as `api port=8000,9000 health-path=/health order=stop-first`. A value with spaces stands in quotes:
 * `health-command="pg_isready -q"`.
 */
export function parseServiceOptionLines(lines: readonly string[]): ServiceOptionLines {
  const options = new Map<string, ServiceOptions>();
  const problems: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    let words: string[];
    try {
      words = parseCommandLine(line);
    } catch (error) {
      if (!(error instanceof ExplainedError)) throw error;
      problems.push(`${quoteBriefly(line)} ${error.message}`);
      continue;
    }
    const [service = '', ...pairs] = words;
    if (!isServiceName(service)) {
      problems.push(
        `${quoteBriefly(line)} does not begin with the name of a service; write service key=value`,
      );
    } else if (options.has(service)) {
      problems.push(`has a second line for ${service}; write all of its options in one line`);
    } else {
      const read = readPairs(service, pairs);
      options.set(service, read.options);
      problems.push(...read.problems);
    }
  }
  return { options: Object.fromEntries(options), problems };
}

function readPairs(
  service: string,
  pairs: readonly string[],
): { options: ServiceOptions; problems: readonly string[] } {
  let options: ServiceOptions = {};
  const problems: string[] = [];
  if (pairs.length === 0) problems.push(`says nothing of ${service}; write ${service} key=value`);
  const seen = new Set<string>();
  for (const pair of pairs) {
    const [, key = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const name = serviceOptionNames.find((known) => known === key);
    if (!pair.includes('=')) {
      problems.push(
        `has ${quoteBriefly(pair)} for ${service} without a key; write key=value, in quotes where it has spaces`,
      );
    } else if (name === undefined) {
      problems.push(`has the unknown option ${quoteBriefly(key)} for ${service}; use ${listed()}`);
    } else if (seen.has(name)) {
      problems.push(`has ${name} twice for ${service}; keep one of them`);
    } else {
      seen.add(name);
      const reading = readServiceOption(name, value, parseCommandLine);
      if ('problem' in reading) problems.push(`has ${name} of ${service}, which ${reading.problem}`);
      else options = { ...options, ...reading.options };
    }
  }
  if (options.healthPath !== undefined && options.healthCommand !== undefined) {
    problems.push(`has both health-path and health-command for ${service}; give only one of them`);
  }
  if (options.singleton === true && options.order === 'start-first') {
    problems.push(
      `has singleton=true and order=start-first for ${service}, which would run it twice; give only one of them`,
    );
  }
  return { options, problems };
}

function listed(): string {
  return `${serviceOptionNames.slice(0, -1).join(', ')} or ${serviceOptionNames.at(-1)}`;
}
