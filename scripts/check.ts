import { allChecks } from './checks/all-checks.ts';
import { projectRoot } from './project-root.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !allChecks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(
    `No check is called ${unknown.join(', ')}. There are: ${allChecks.map((c) => c.name).join(', ')}.`,
  );
  process.exit(2);
}

const checks = allChecks.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const width = Math.max(...checks.map(({ name }) => name.length));
const results = await Promise.all(
  checks.map(async ({ name, promise, find }) => {
    const startedMs = performance.now();
    const problems = await find(projectRoot).catch((error: unknown) => [
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    ]);
    const took = `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    const mark = problems.length === 0 ? 'ok  ' : 'FAIL';
    console.log(`${mark}  ${name.padEnd(width)}  ${promise} (${took})`);
    return { name, problems };
  }),
);

const failed = results.filter(({ problems }) => problems.length > 0);
for (const { name, problems } of failed) {
  console.log(`\n${name}:`);
  for (const problem of problems) console.log(`  ${problem}`);
}
console.log(`\n${checks.length - failed.length} of ${checks.length} checks hold`);
process.exitCode = failed.length === 0 ? 0 : 1;
