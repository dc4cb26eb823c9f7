import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const spinMs = 400;
const calmShare = 0.85;
const pauseMs = 3000;

/**
 * How much of the processors this machine really has right now, 0 to 1: every processor is kept busy for a moment, and
 * the time that was got is compared with the time that passed. Virtual machines on a crowded host get less than 0.1 at
 * times, and then a load loses requests whatever is tested.
 */
export async function processorShare(): Promise<number> {
  const spin = `const end = performance.now() + ${spinMs}; while (performance.now() < end); const { user, system } = process.cpuUsage(); console.log((user + system) / 1000 / performance.now());`;
  const shares = await Promise.all(Array.from({ length: availableParallelism() }, () => spinOnce(spin)));
  return Math.min(...shares);
}

function spinOnce(code: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', () => resolve(Number(output.trim()) || 0));
  });
}

/** Waits until the machine is calm enough to measure on, at most `maxWaitMs`; says so when it had to wait. */
export async function waitForCalmMachine(maxWaitMs: number): Promise<void> {
  const started = performance.now();
  let share = await processorShare();
  while (share < calmShare && performance.now() - started < maxWaitMs) {
    await delay(pauseMs);
    share = await processorShare();
  }
  const waitedS = Math.round((performance.now() - started) / 1000);
  if (waitedS > 5) {
    console.log(
      `Waited ${waitedS} s for the processors; this machine has ${Math.round(share * 100)} % of them now.`,
    );
  }
}
