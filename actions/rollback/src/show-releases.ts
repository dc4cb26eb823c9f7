import type { Inline, Runner } from '#action-kit';
import type { ListedRelease, listReleases } from '#release';
import type { OutputName } from './outputs.ts';

/** Prints the releases as a table in the log and the summary, and as JSON in the log and as an output. */
export async function showReleases(
  runner: Runner<OutputName>,
  place: { readonly action: string; readonly app: string; readonly host: string },
  { releases, warnings }: Awaited<ReturnType<typeof listReleases>>,
): Promise<void> {
  for (const warning of warnings) runner.log.warning(warning);
  const header = ['Release', 'Verdict', 'Image', 'Commit', 'Live since', 'Container', ''];
  const rows = releases.map(rowOf);
  for (const line of aligned([header, ...rows])) runner.log.info(line);
  if (releases.length === 0) runner.log.info(`Nothing of ${place.app} is recorded on this server.`);
  await runner.log.group('The releases as JSON', async () => {
    runner.log.info(JSON.stringify(releases, undefined, 2));
  });
  const cells = rows.map(([id = '', ...rest], index): Inline[] => [
    releases[index]?.isLive ? { strong: id } : id,
    ...rest,
  ]);
  runner.summary.headline('unknown', `Releases of ${place.app} on ${place.host}; nothing was changed`);
  runner.summary.table(header, cells);
  const live = releases.find(({ isLive }) => isLive);
  const durationMs = Math.round(performance.now());
  const verdict = { format: 1, ...place, outcome: 'listed', live: live?.id, releases, durationMs };
  runner.output('releases', JSON.stringify(releases));
  runner.output('previous-release', live?.id ?? '');
  runner.output('switched', false);
  runner.output('rolled-back', false);
  runner.output('duration-ms', durationMs);
  runner.output('verdict', JSON.stringify(verdict));
}

function rowOf(release: ListedRelease): string[] {
  const { id, verdict, image, imageOnServer, commit, liveAt, container, reason } = release;
  const remarks = [
    ...(release.isNext ? ['a rollback goes here'] : []),
    ...(imageOnServer ? [] : ['image not on the server']),
    ...(reason === undefined ? [] : [reason]),
  ];
  const since = liveAt?.slice(0, 16).replace('T', ' ') ?? 'never';
  const sha = commit?.slice(0, 7) ?? '–';
  return [id, verdict, image, sha, since, container ?? 'none', remarks.join('; ')];
}

/** Columns of a fixed width; the last one, which may be long, as it is. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
