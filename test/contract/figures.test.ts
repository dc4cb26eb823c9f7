import { expect, test } from 'vitest';
import { readmes, withFigures, withReliability } from '../../scripts/checks/readmes.ts';
import { allWalks } from '../../test/faults/all-walks.ts';
import { makeTree } from './fixture-tree.ts';

const empty = '# App\n\n<!-- figures -->\n<!-- /figures -->\n';
const spread = (median: number) => ({ median, min: median - 1, max: median + 1 });
const timed = (median: number) => ({
  rollbacks: 20,
  requests: 40_000,
  failed: 0,
  answersMs: spread(median),
});
const measured = {
  date: '2026-08-01T10:00:00.000Z',
  machine: { Processors: '2 × Some | CPU', Memory: '4 GiB' },
  requestsPerSecond: 1020,
  startUp: { emptyScriptMs: 27, bundles: [{ name: 'ping', medianMs: 40.5, ratio: 1.5 }] },
  switchyard: {
    deploys: { deploys: 20, requests: 90_000, failed: 0, mixed: 0, switchMs: spread(7) },
    switchReplacements: { deploys: 5, requests: 30_000, failed: 0 },
  },
  rollbacks: { byStandby: { running: timed(300), paused: timed(600), stopped: timed(900) } },
  today: { 'docker stop + run': { deploys: 5, requests: 9_000, failed: 1_234, commandMs: spread(1200) } },
  demands: [{ what: 'no secret leaks', found: 'none', met: true }],
};
const results = JSON.stringify(measured);

test('the figures are those of the bench, with date, machine and commands', async () => {
  await using tree = await makeTree({ 'bench/results.json': results });
  const text = await withFigures(empty, tree.root);
  for (const part of [
    '| | Switchyard | `docker stop + run` |'.replace('| |', '|  |'),
    '| Requests failed | 0 of 90,000 in 20 deploys | 1,234 of 9,000 in 5 deploys |',
    '| Switching the traffic | 7 ms (6 to 8) | – |',
    '| Longest time without an answer, in steps of 100 ms | – | – |',
    '| running | 300 ms (299 to 301) |',
    '| paused | 600 ms (599 to 601) | 0 of 40,000 in 20 rollbacks |',
    '| ping | 40.5 ms | 1.5 |',
    'Measured on 2026-08-01; Processors: 2 × Some | CPU; Memory: 4 GiB.',
    '`npm run bench`',
    '`npm run measure-startup`',
  ]) {
    expect(text).toContain(part);
  }
  expect(await withFigures(text, tree.root)).toBe(text);
});

test('without a bench the README says how to get the figures', async () => {
  await using tree = await makeTree({});
  expect(await withFigures(empty, tree.root)).toContain('npm run bench');
});

test('the table of faults is that of their suite, walk by walk', async () => {
  const row = { walk: 'deploy', fault: 'a | b', boundaries: 15, random: 1_000, requests: 9_000, failed: 3 };
  const rows = [
    { ...row, allowance: 'held', recovered: 1_014 },
    { ...row, walk: 'rollback', allowance: 'outage', longestOutageMs: 1_234, recovered: 1_015 },
  ];
  const faults = JSON.stringify({
    date: '2026-08-01T10:00:00.000Z',
    command: 'npm run test:faults -- --seed 7',
    isComplete: false,
    machine: { Memory: '4 GiB' },
    rows,
  });
  const page = '# Reliability\n\n<!-- faults -->\n<!-- /faults -->\n';
  await using tree = await makeTree({ 'test/faults/results.json': faults, 'docs/reliability.md': page });
  const text = await withReliability(page, tree.root);
  for (const part of [
    'During a rollback:',
    'The run was broken off',
    '| a \\| b | 15 | 1,000 | 9,000 | 3 | those that the killed container held | – | 1014 of 1015 |',
    '| until it is back | 1.2 s | 1015 of 1015 |',
    '--seed 7`; Memory: 4 GiB.',
  ]) {
    expect(text).toContain(part);
  }
  expect(await withReliability(text, tree.root)).toBe(text);
  expect((await readmes.find(tree.root)).join()).toContain('docs/reliability.md: its table is not that of');
});

test('the check finds figures of another run, a missing block and a broken file', async () => {
  const find = async (files: Record<string, string>) => {
    await using tree = await makeTree(files);
    return (await readmes.find(tree.root)).join();
  };
  expect(await find({ 'README.md': empty, 'bench/results.json': results })).toContain(
    'npm run update-readmes',
  );
  expect(await find({ 'README.md': '# App\n' })).toContain('lacks the lines <!-- figures -->');
  expect(await find({ 'README.md': empty, 'bench/results.json': '{' })).toContain(
    'README.md: bench/results.json is not what npm run bench writes.',
  );
});

const problemsOf = async (files: Record<string, string>) => {
  const pages = {
    'README.md': empty,
    'docs/reliability.md': '# Reliability\n\n<!-- faults -->\n<!-- /faults -->\n',
  };
  await using tree = await makeTree({ ...pages, ...files });
  return (await readmes.find(tree.root)).filter((problem) => !problem.includes('npm run update-readmes'));
};
const ofBench = (more: object) =>
  problemsOf({ 'bench/results.json': JSON.stringify({ ...measured, ...more }) });

test('figures that lack rollbacks or do not meet a demand are a problem, whatever the README shows', async () => {
  expect(await ofBench({})).toEqual([]);
  expect(await ofBench({ rollbacks: undefined })).toEqual([
    'bench/results.json: it has no rollbacks to a running, paused, stopped standby; run npm run bench.',
  ]);
  const { paused: _, ...others } = measured.rollbacks.byStandby;
  expect(await ofBench({ rollbacks: { byStandby: others } })).toEqual([
    'bench/results.json: it has no rollbacks to a paused standby; run npm run bench.',
  ]);
  expect(await ofBench({ demands: [{ what: 'no secret leaks', found: 'one did', met: false }] })).toEqual([
    'bench/results.json: "no secret leaks" is demanded, and it found one did.',
  ]);
  expect((await ofBench({ demands: [] })).join()).toContain('says nothing of what is demanded');
});

const faultRow = { fault: 'job killed', boundaries: 15, random: 2, requests: 9_000, failed: 0 };
const played = {
  ...{ date: '2026-08-01T10:00:00.000Z', command: 'npm run test:faults', machine: {}, isComplete: true },
  rows: allWalks.map(({ name }) => ({ walk: name, ...faultRow, allowance: 'none', recovered: 17 })),
  failed: [] as { walk: string; fault: string }[],
  secrets: [] as string[],
};
const ofSuite = (more: Partial<typeof played>) =>
  problemsOf({ 'test/faults/results.json': JSON.stringify({ ...played, ...more }) });

test('a fault suite that is not whole or did not go well is a problem, whatever the page shows', async () => {
  expect(await ofSuite({})).toEqual([]);
  expect((await ofSuite({ isComplete: false })).join()).toContain('results.json: the run was broken off');
  for (const { name } of allWalks) {
    expect(await ofSuite({ rows: played.rows.filter(({ walk }) => walk !== name) })).toEqual([
      `test/faults/results.json: the walk "${name}" is not in it; run npm run test:faults.`,
    ]);
  }
  const missed = [`test/faults/results.json: "deploy: job killed" was not recovered from.`];
  expect(await ofSuite({ failed: [{ walk: 'deploy', fault: 'job killed' }] })).toEqual(missed);
  const [first, ...others] = played.rows;
  expect(await ofSuite({ rows: [{ ...first, recovered: 16 }, ...others] as typeof played.rows })).toEqual(
    missed,
  );
  expect((await ofSuite({ secrets: ['A secret is in sshd.log.'] })).join()).toContain('A secret is in');
});
