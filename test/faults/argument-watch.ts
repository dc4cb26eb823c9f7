import { readdirSync, readFileSync } from 'node:fs';

const everyMs = 50;

/**
 * Looks for secrets in the arguments of every process of this world until it is disposed of. A process that lives
 * shorter than the pause between two looks may escape it; looking more often would take the processor from what is
 * being tested. Environments are not looked at: the action is given its inputs in its own, and the app its secret.
 */
export function watchArguments(secrets: readonly string[]): Disposable & { found(): string[] } {
  const needles = secrets.map((secret) => secret.trim().split('\n').at(2) ?? secret.trim());
  const found = new Set<string>();
  const look = () => {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        if (needles.some((needle) => line.includes(needle))) found.add(line.split('\0')[0] ?? '');
      } catch {
        // It ended meanwhile.
      }
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    found: () => [...found].map((program) => `A secret was among the arguments of ${program}.`),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
