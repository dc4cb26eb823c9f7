import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoReport } from './model.ts';
import { page } from './page.ts';

export {
  type DemoDeploy,
  type DemoReport,
  type DeployMoment,
  type DeployOutcome,
  demoReport,
} from './model.ts';

/** Writes `report.json` and `index.html` into `folder`, which is made if needed. */
export async function writeDemoReport(
  report: DemoReport,
  folder: string,
): Promise<{ jsonPath: string; htmlPath: string }> {
  await mkdir(folder, { recursive: true });
  const jsonPath = join(folder, 'report.json');
  const htmlPath = join(folder, 'index.html');
  await writeFile(jsonPath, `${JSON.stringify(report, null, 1)}\n`);
  await writeFile(htmlPath, page(report));
  return { jsonPath, htmlPath };
}
