const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  TB: 1000 ** 4,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/**
 * Reads `10MB` (10,000,000), `512MiB` (536,870,912), `1.5GB` or `800B` as whole bytes.
 * Returns undefined for anything else: `10m` means megabytes to some tools and mebibytes to others.
 */
export function parseSizeBytes(text: string): number | undefined {
  const parts = /^(\d{1,12}(?:\.\d{1,3})?)(B|[KMGT]i?B)$/.exec(text);
  const unit = UNIT_BYTES[parts?.[2] ?? ''];
  if (parts === null || unit === undefined) return undefined;
  const bytes = Math.round(Number(parts[1]) * unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Writes bytes for people, in decimal units: `0 B`, `999 B`, `1.5 kB`, `23 MB`. */
export function formatBytes(bytes: number): string {
  let amount = Math.max(0, bytes);
  let index = 0;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  while (amount >= 999.5 && index < units.length - 1) {
    amount /= 1000;
    index += 1;
  }
  return `${index === 0 || amount >= 9.95 ? Math.round(amount) : amount.toFixed(1)} ${units[index]}`;
}
