import type { Duplex } from 'node:stream';
import { ExplainedError } from '#explained-error';
import type { ServedAddress } from './served-address.ts';
import { type Color, colors, otherColor } from './traffic-switch.ts';

export class SwitchError extends ExplainedError {
  override readonly name = 'SwitchError';
}

const answerLimitBytes = 1024 * 1024;

/**
 * Runs commands of HAProxy's runtime API in one line and returns each command's answer. HAProxy ends an answer
 * with an empty line; waiting for that is faster than waiting for the connection to close (0.7 against 44 ms under
 * load). Source: https://docs.haproxy.org/3.4/management.html#9.3
 */
export async function runtimeCommands(
  open: () => Promise<Duplex>,
  commands: readonly string[],
  timeoutMs = 5000,
): Promise<string[]> {
  for (const command of commands) {
    if (/[\r\n;]/.test(command)) throw new TypeError(`not one runtime command: ${JSON.stringify(command)}`);
  }
  const stream = await open();
  return await new Promise<string[]>((resolve, reject) => {
    let text = '';
    const timer = setTimeout(
      () =>
        fail(new SwitchError(`The switch did not answer "${commands.join('; ')}" within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    const finish = (): void => {
      clearTimeout(timer);
      stream.removeAllListeners('data');
      stream.destroy();
    };
    const fail = (error: Error): void => {
      finish();
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.length > answerLimitBytes) {
        fail(new SwitchError(`The switch's answer to "${commands.join('; ')}" is longer than 1 MiB.`));
        return;
      }
      const answers = completeAnswers(text);
      if (answers.length >= commands.length) {
        finish();
        resolve(answers);
      }
    });
    stream.once('error', (error) =>
      fail(new SwitchError(`The switch's admin socket failed: ${error.message}.`, { cause: error })),
    );
    stream.once('close', () => {
      clearTimeout(timer);
      const answers = text === '' ? [] : completeAnswers(`${text}\n`);
      if (answers.length >= commands.length) resolve(answers);
      else fail(new SwitchError('The switch closed its admin socket without an answer.'));
    });
    stream.write(`${commands.join(';')}\n`);
  });
}

/** Each answer ends with an empty line; an empty answer is just that line. */
export function completeAnswers(text: string): string[] {
  const answers: string[] = [];
  let lines: string[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    if (line !== '') lines.push(line);
    else {
      answers.push(lines.join('\n'));
      lines = [];
    }
  }
  return answers;
}

/** Where each server of each backend is, by `backend/server`, as `show servers state` tells it. */
export function parseServerAddresses(answer: string): Map<string, ServedAddress> {
  const lines = answer.split('\n');
  const names = lines
    .find((line) => line.startsWith('# '))
    ?.slice(2)
    .split(' ');
  if (!names?.includes('srv_addr') || !names.includes('srv_port')) {
    throw new SwitchError('The switch did not say where its servers are.');
  }
  return new Map(
    lines.flatMap((line): [string, ServedAddress][] => {
      const cells = line.split(' ');
      const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
      if (line.startsWith('#') || cells.length < names.length) return [];
      const address = { host: cell('srv_addr'), port: Number(cell('srv_port')) };
      return [[`${cell('be_name')}/${cell('srv_name')}`, address]];
    }),
  );
}

/** The slot that an answer to `show map` calls the live one. */
export function liveInMap(answer: string): Color | undefined {
  const backend = entryInMap(answer);
  return colors.find((color) => color === backend);
}

/** What an answer to `show map` has for `live`. */
export function entryInMap(answer: string): string | undefined {
  return /^\S+ live (\S+)$/m.exec(answer)?.[1];
}

export interface ProxyRow {
  readonly proxy: string;
  readonly server: string;
  readonly inFlight: number;
  readonly queued: number;
}

/** Parses `show stat` (CSV with a `# ` header). Columns are found by name, since releases add some. */
export function parseStatistics(csv: string): ProxyRow[] {
  const lines = csv.split('\n').filter((line) => line !== '');
  const header = lines.shift();
  if (!header?.startsWith('# pxname,svname,'))
    throw new SwitchError('The switch did not answer with its statistics.');
  const names = header.slice(2).split(',');
  /** A count that can't be read must not pass for "nothing in flight", or requests would be cut off. */
  const counted = (text: string, column: string): number => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new SwitchError(
      `The switch's statistics hold no number in the column ${column}; look at the switch's image and its log.`,
    );
  };
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string): string => cells[names.indexOf(name)] ?? '';
    return {
      proxy: cell('pxname'),
      server: cell('svname'),
      inFlight: counted(cell('scur'), 'scur'),
      // Frontends have no queue.
      queued: cell('svname') === 'FRONTEND' ? 0 : counted(cell('qcur'), 'qcur'),
    };
  });
}

export function slotRow(rows: readonly ProxyRow[], color: Color): ProxyRow {
  const row = rows.find((candidate) => candidate.proxy === color && candidate.server === 'BACKEND');
  if (!row) throw new SwitchError(`The switch knows no slot ${color}.`);
  return row;
}

/**
 * The requests that a slot answers or that still wait for it, whichever backend they came to: each backend has the
 * other slot as its spare.
 */
export function inFlightOn(rows: readonly ProxyRow[], color: Color): number {
  const other = otherColor(color);
  const answering = (proxy: Color, server: Color): number =>
    rows.find((row) => row.proxy === proxy && row.server === server)?.inFlight ?? 0;
  const { inFlight, queued } = slotRow(rows, color);
  // The rows are not of one moment: what the spare has just ended must not hide what the slot still answers.
  const own = Math.max(answering(color, color), inFlight - answering(color, other));
  return own + queued + answering(other, color);
}

/** As inFlightOn(), over every port of a switch whose backends are called `blue_8000` and so on. */
export function inFlightOnPorts(rows: readonly ProxyRow[], color: Color): number {
  const byPort = new Map<string, ProxyRow[]>();
  for (const row of rows) {
    const [, proxy, port] = /^(blue|green)_(\d{1,5})$/.exec(row.proxy) ?? [];
    if (proxy === undefined || port === undefined) continue;
    byPort.set(port, [...(byPort.get(port) ?? []), { ...row, proxy }]);
  }
  return [...byPort.values()].reduce((sum, ofPort) => sum + inFlightOn(ofPort, color), 0);
}

/** The ids in an answer to `show sess` of the sessions that a slot serves, or that wait for it. */
export function sessionsOn(color: Color, answer: string): string[] {
  return answer.split('\n').flatMap((line) => {
    const [, id, backend, server] =
      /^(0x[0-9a-f]{1,16}): .* be=(\S+?)(?:_\d{1,5})? srv=(\S+) /.exec(line) ?? [];
    const slot = server === '<none>' ? backend : server;
    return id !== undefined && slot === color ? [id] : [];
  });
}
