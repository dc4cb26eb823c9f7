import type { Duplex } from 'node:stream';
import { duplexPair } from 'node:stream';
import type { Color } from '../../switch/src/index.ts';

/** HAProxy as far as a service's switch talks to it: one process, with what it has read at its start. */
export class FakeHaproxy {
  /** What every port leads to: a colour, or `none`. */
  live = 'none';
  ports: number[] = [];
  #mark = '';
  #pid = 100;
  #reloads = 0;
  #servers = new Map<string, string>();
  readonly #read: () => { config: string; map: string } | undefined;
  readonly #onChange: (what: string) => void | Promise<void>;
  readonly #inFlight: (color: Color) => number;

  constructor(
    read: () => { config: string; map: string } | undefined,
    onChange: (what: string) => void | Promise<void>,
    inFlight: (color: Color) => number,
  ) {
    this.#read = read;
    this.#onChange = onChange;
    this.#inFlight = inFlight;
  }

  /** @returns false where it would end at once, without a configuration or with one that names an absent file */
  start(): boolean {
    const files = this.#read();
    if (!files) return false;
    const { config, map } = files;
    this.live = /^live (\S+)$/m.exec(map)?.[1] ?? '';
    this.#mark = /^ {2}description (\S+)$/m.exec(config)?.[1] ?? '';
    this.ports = [...config.matchAll(/^backend blue_(\d+) /gm)].map(([, port]) => Number(port));
    this.#servers = new Map();
    for (const [, backend = '', lines = ''] of config.matchAll(
      /^backend ((?:blue|green)_\d+) .*\n((?: {2}.*\n)*)/gm,
    )) {
      for (const [, slot, address = ''] of lines.matchAll(/^ {2}server (blue|green) (\S+)/gm))
        this.#servers.set(`${backend}/${slot}`, address.replace(/^ipv4@/, ''));
    }
    return true;
  }

  /** Where a request to a port goes. */
  target(port: number): string | undefined {
    return this.#servers.get(`${this.live}_${port}/${this.live}`);
  }

  admin(): Duplex {
    return answering((line) => this.#answers(line));
  }

  master(): Duplex {
    return answering(async (line) => {
      const command = line.trim();
      if (command === 'show proc') {
        const list = ['1 master 0 [failed: 0]', '# workers', `${this.#pid} worker 0`, '# programs'];
        return [list.join('\n').replace('master 0', `master ${this.#reloads}`)];
      }
      if (command === 'reload') {
        await this.#onChange('reload');
        this.#pid += 1;
        this.#reloads += 1;
        this.start();
        return ['Success=1'];
      }
      return await this.#answers(command.replace(/^@!\d+ /, ''));
    }, true);
  }

  async #answers(line: string): Promise<string[] | undefined> {
    const commands = line.trim().split(';');
    if (commands[0]?.startsWith('show events')) return undefined;
    const led = /^set map \S+ live (\S+)$/m.exec(commands.join('\n'))?.[1];
    if (led !== undefined) await this.#onChange(`lead to ${led}`);
    return commands.map((command) => this.#answer(command));
  }

  #answer(command: string): string {
    const [, server = '', address, port] = /^set server (\S+) addr (\S+) port (\d+)$/.exec(command) ?? [];
    if (address !== undefined) this.#servers.set(server, `${address}:${port}`);
    const led = /^set map \S+ live (\S+)$/.exec(command)?.[1];
    if (led !== undefined) this.live = led;
    if (command === 'show version') return '3.4.0';
    if (command === 'show info') return `description: ${this.#mark}`;
    if (command.startsWith('show map')) return `0x1 live ${this.live}`;
    if (command === 'show backend')
      return ['# name', ...this.ports.flatMap((one) => [`blue_${one}`, `green_${one}`])].join('\n');
    if (command === 'show servers state') {
      const rows = [...this.#servers].map(
        ([name, at]) => `${name.replace('/', ' ')} ${at.replace(':', ' ')}`,
      );
      return ['1', '# be_name srv_name srv_addr srv_port', ...rows].join('\n');
    }
    if (command === 'show stat') {
      const rows = this.ports.flatMap((one) =>
        (['blue', 'green'] as const).flatMap((color) => {
          const count = this.#inFlight(color);
          const other = color === 'blue' ? 'green' : 'blue';
          return [`${color},${count}`, `${other},0`, `BACKEND,${count}`].map((row) => {
            const [name, current] = row.split(',');
            return `${color}_${one},${name},0,${current}`;
          });
        }),
      );
      return ['# pxname,svname,qcur,scur', ...rows].join('\n');
    }
    return '';
  }
}

/** A socket that answers each line; one whose answer fails is closed without a word. */
function answering(answer: (line: string) => Promise<string[] | undefined>, closes = false): Duplex {
  const [theirs, ours] = duplexPair();
  ours.on('error', () => undefined);
  ours.on('data', (chunk: Buffer) => {
    answer(String(chunk)).then(
      (answers) => {
        if (!answers) return;
        ours.write(answers.map((text) => (text === '' ? '\n' : `${text}\n\n`)).join(''));
        if (closes) ours.end();
      },
      () => theirs.destroy(new Error('socket hang up')),
    );
  });
  return theirs;
}

/** Answers one HTTP request. */
export function answeringHttp(status: number, color: string | undefined): Duplex {
  const [theirs, ours] = duplexPair();
  ours.on('error', () => undefined);
  let text = '';
  ours.on('data', (chunk: Buffer) => {
    text += String(chunk);
    if (!text.includes('\r\n\r\n')) return;
    const slot = color === undefined ? '' : `switchyard-color: ${color}\r\n`;
    ours.write(`HTTP/1.1 ${status} x\r\n${slot}content-length: 0\r\nconnection: close\r\n\r\n`);
    ours.end();
  });
  return theirs;
}
