import type { Channels } from './channels.ts';
import { runCommand } from './command.ts';
import { printable } from './printable.ts';

const timeoutMs = 3_000;

/**
 * What a start-up file of the login shell prints before every command (bash reads ~/.bashrc for sshd too), as the
 * first half of a sentence; undefined when nothing is printed. A program's answer can be told from it, a byte pipe's
 * bytes can't.
 */
export async function describeLoginNoise(channels: Channels): Promise<string | undefined> {
  const { stdout } = await runCommand(channels, ['true'], { timeoutMs });
  if (stdout === '') return undefined;
  const line = printable(stdout.trim().split('\n')[0] ?? '', 80);
  return `A start-up file of the login shell of '${channels.username}' on ${channels.subject} (such as ~/.bashrc) prints something before every command ('${line}')`;
}
