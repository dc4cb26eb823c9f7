// npm run test:faults: kills, cuts, fills and restarts whatever can be, in every moment of a walk, under load.
//   --seed N        where the random moments come from; printed, so that a run can be had again
//   --count N       random moments (100)
//   --boundaries X  faults that strike at every step's boundary: a pattern of their names, all (the default), none
//   --faults X      pattern of the faults that may strike at all
//   --only X        pattern of scenarios as they are printed
//   --minutes N     stops drawing random moments after this time, and fails for those that are left
//   --worlds N      how many servers, each with an Engine of its own, play at once (2)
//   --out FILE      results as JSON (test-results/faults.json)
import { ToolUnavailable } from '../../scripts/test-tools.ts';
import { readOptions } from './options.ts';
import { RunStopped } from './stop-asked.ts';
import { playHere, type WorldPlace } from './world.ts';
import { playInWorlds, worldVariable } from './worlds.ts';

const place = process.env[worldVariable];
const exitCode = await main().catch((error: Error) => {
  if (error instanceof ToolUnavailable) {
    console.log(`Skipped: ${error.message}`);
    return 0;
  }
  if (!(error instanceof RunStopped)) console.error(error.stack);
  return 1;
});
// What a scenario that went wrong has left open must not keep the run alive.
process.exit(exitCode);

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (place === undefined) return playInWorlds(options, import.meta.filename);
  return playHere(JSON.parse(place) as WorldPlace, options);
}
