import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { setUpOrTimeOut, setUpTimeOutOrFigure } from './scripts/testing/retry-rule.ts';
import { canHaveSshd } from './test/machine/machine-needs.ts';

// What a test file needs is in its name:
//   x.test.ts         nothing but Node
//   x.sshd.test.ts    a real sshd
//   x.engine.test.ts  a Docker Engine (and an SSH server, embedded where there is no sshd)
//   x.timed.test.ts   the machine for itself, because it measures
//   x.full.test.ts    slow tools or more Engines: npm run test:full, not npm test
//   x.stack.test.ts   Compose stacks on real parts, minutes each: npm run test:stacks
// The setup finds or starts an Engine; describeWithEngine skips with the reason in the suite's name.
const needsMachine = {
  globalSetup: ['./test/machine/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 180_000,
};

// CI tries again what the machine has spoilt: set-up, time-outs and, where a test measures, figures. No other assertion
// gets a second chance, because it may be about a request that was lost. The run says what passed only on a retry.
const count = process.env.CI === 'true' ? 2 : 0;
const onMachine = { retry: { count, condition: setUpOrTimeOut } };
const measures = {
  retry: { count, condition: setUpTimeOutOrFigure },
  setupFiles: ['./test/machine/calm-setup.ts'],
};

const everywhere = ['**/node_modules/**', '**/dist/**', '**/build/**'];
const workers = Math.max(2, availableParallelism());

const alone = {
  ...needsMachine,
  ...measures,
  testTimeout: 15 * 60_000,
  hookTimeout: 15 * 60_000,
  maxWorkers: 1,
  fileParallelism: false,
  sequence: { groupOrder: 2 },
};

export default defineConfig({
  test: {
    reporters: ['default'],
    maxWorkers: workers,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...everywhere, '**/*.{sshd,engine,timed,full,stack}.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'machine',
          // The setup says that those are left out, and fails in CI.
          include: [canHaveSshd() ? '**/*.{sshd,engine}.test.ts' : '**/*.engine.test.ts'],
          exclude: everywhere,
          ...needsMachine,
          ...onMachine,
        },
      },
      {
        test: {
          name: 'timed',
          include: ['**/*.timed.test.ts'],
          exclude: everywhere,
          ...needsMachine,
          ...measures,
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'full',
          include: ['**/*.full.test.ts'],
          exclude: everywhere,
          ...alone,
        },
      },
      {
        test: {
          name: 'stacks',
          include: ['**/*.stack.test.ts'],
          exclude: everywhere,
          ...alone,
        },
      },
    ],
  },
});
