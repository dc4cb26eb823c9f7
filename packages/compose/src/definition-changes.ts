import { isDeepStrictEqual } from 'node:util';
import type { ResolvedService } from './resolved-project.ts';

/** Members of which only the names are shown: their values may be secret. */
const maps = ['environment', 'labels', 'networks', 'depends_on', 'sysctls'] as const;
/** Members whose value says nothing that is secret. */
const shownValues = ['image', 'restart', 'user', 'network_mode', 'stop_grace_period'] as const;
/** What a container does not have. */
const notOfContainer: ReadonlySet<string> = new Set(['build', 'develop', 'pull_policy', 'profiles']);

/**
 * What has changed in a service's definition, for people, in the order of the names: "image postgres:16 → postgres:17",
 * "environment: POSTGRES_DB changed". Values that may be secret are never in it.
 */
export function definitionChanges(before: ResolvedService, after: ResolvedService): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !notOfContainer.has(key))
    .sort();
  return keys.flatMap((key): string[] => {
    const [was, is] = [before[key] ?? undefined, after[key] ?? undefined];
    if (isDeepStrictEqual(was, is)) return [];
    if (maps.some((map) => map === key)) return namedChanges(key, asMap(was), asMap(is));
    if (key === 'volumes') return namedChanges(key, byTarget(before), byTarget(after));
    if (key === 'ports') return namedChanges(key, byPort(before), byPort(after));
    if (shownValues.some((shown) => shown === key)) return [`${key} ${said(was)} → ${said(is)}`];
    return [`${key} ${was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'}`];
  });
}

type Named = Readonly<Record<string, unknown>>;

function namedChanges(key: string, before: Named, after: Named): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const changes = names.flatMap((name) => {
    if (!Object.hasOwn(before, name)) return [`${name} added`];
    if (!Object.hasOwn(after, name)) return [`${name} removed`];
    return isDeepStrictEqual(before[name], after[name]) ? [] : [`${name} changed`];
  });
  return changes.length === 0 ? [] : [`${key}: ${changes.join(', ')}`];
}

function byTarget({ volumes = [] }: ResolvedService): Named {
  return Object.fromEntries(volumes.map((mount) => [mount.target, mount]));
}

function byPort({ ports = [] }: ResolvedService): Named {
  return Object.fromEntries(
    ports.map((port) => [`${port.published ?? ''}:${port.target}/${port.protocol ?? 'tcp'}`, port]),
  );
}

function asMap(value: unknown): Named {
  return typeof value === 'object' && value !== null ? (value as Named) : {};
}

function said(value: unknown): string {
  return typeof value === 'string' ? value : 'none';
}
