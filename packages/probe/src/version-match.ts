import { clipEnd } from '#clipped-text';
import type { ProbeResult } from './probe-result.ts';

const FIELDS = ['version', 'commit', 'sha', 'revision', 'gitCommit', 'git_sha'];
const MIN_PREFIX_LENGTH = 7;
const MAX_VERSION_LENGTH = 200;

/**
 * The versions an answer names: the X-App-Version header; the fields `version`, `commit`, `sha`, `revision`,
 * `gitCommit` or `git_sha` of a JSON object (one level of nesting, e.g. `build.version`); a JSON string; or the
 * first line of plain text. HTML names none.
 */
export function readVersions(answer: Pick<ProbeResult, 'headers' | 'body'>): string[] {
  const found: unknown[] = [answer.headers?.['x-app-version']];
  const body = (answer.body ?? '').trim();
  const parsed = asJson(body);
  if (typeof parsed === 'object' && parsed !== null) {
    found.push(...fieldsOf(parsed));
    for (const inner of Object.values(parsed)) {
      if (typeof inner === 'object' && inner !== null) found.push(...fieldsOf(inner));
    }
  } else if (typeof parsed === 'string' || typeof parsed === 'number') {
    // "1.10" without quotes is JSON for 1.1: take the text as it stands.
    found.push(typeof parsed === 'string' ? parsed : body);
  } else if (body !== '' && !body.startsWith('<')) {
    found.push(body.split('\n', 1)[0]);
  }
  const texts = found
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map((one) => String(one).trim())
    .filter((one) => one !== '' && one.length <= MAX_VERSION_LENGTH);
  return [...new Set(texts)];
}

/**
 * Equal (a leading `v` aside), or one a prefix of the other where both are hexadecimal commit ids and the shorter
 * has at least 7 digits.
 */
export function versionMatches(expected: string, actual: string): boolean {
  const wanted = expected.trim();
  const got = actual.trim();
  if (wanted === '' || got === '') return false;
  if (withoutV(wanted) === withoutV(got)) return true;
  const [short, long] = wanted.length <= got.length ? [wanted, got] : [got, wanted];
  return isCommitId(short) && isCommitId(long) && long.toLowerCase().startsWith(short.toLowerCase());
}

/** A sentence part when the answer does not prove the expected version, else undefined. */
export function versionProblem(
  expected: string,
  answer: Pick<ProbeResult, 'headers' | 'body'>,
): string | undefined {
  const versions = readVersions(answer);
  if (versions.some((version) => versionMatches(expected, version))) return undefined;
  if (versions.length === 0) {
    return `the answer names no version (expected ${expected}; understood are plain text, JSON with "version", "commit" or "sha", and the header X-App-Version)`;
  }
  const shown = versions.map((version) => clipEnd(version, 80).replace(/\p{Cc}/gu, ' ')).join(', ');
  return `the app says it is ${shown}, expected ${expected}`;
}

function fieldsOf(value: object): unknown[] {
  return FIELDS.map((field) =>
    Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined,
  );
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutV(version: string): string {
  return /^v\d/.test(version) ? version.slice(1) : version;
}

function isCommitId(text: string): boolean {
  return text.length >= MIN_PREFIX_LENGTH && text.length <= 64 && /^[0-9a-f]+$/i.test(text);
}
