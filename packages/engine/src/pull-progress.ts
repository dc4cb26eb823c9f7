import { clipEnd } from '#clipped-text';
import type { PullEvent, PullTotals } from './engine.ts';
import { engineWords } from './engine-words.ts';

/** A line of POST /images/create. Everything in it comes from the server and may be missing or of another type. */
export interface PullLine {
  status?: unknown;
  id?: unknown;
  progressDetail?: { current?: unknown; total?: unknown } | null;
  error?: unknown;
  errorDetail?: { message?: unknown } | null;
}

const MAX_LAYERS = 1_000;

/** Adds up the Engine's news about the layers of one pull. */
export class PullProgress {
  readonly #layers = new Map<string, { current: number; total: number; done: boolean; present: boolean }>();
  digest: string | undefined;
  upToDate = false;

  /** Returns undefined for a line that is no news. */
  read(line: PullLine): PullEvent | undefined {
    if (typeof line.status !== 'string') return undefined;
    const status = clipEnd(line.status, 500);
    this.digest = /^Digest: (sha(?:256|384|512):[0-9a-f]{64,128})$/.exec(status)?.[1] ?? this.digest;
    if (/^Status: Image is up to date/.test(status)) this.upToDate = true;

    const current = byteCount(line.progressDetail?.current);
    const total = byteCount(line.progressDetail?.total);
    // "Pulling from library/nginx" carries the tag as its id.
    const isLayer =
      typeof line.id === 'string' && /^[0-9a-f]{6,64}$/.test(line.id) && !/^Pulling from/.test(status);
    if (isLayer) this.#count(line.id as string, status, current, total);
    return {
      status,
      ...(isLayer ? { id: line.id as string } : {}),
      ...(current === undefined ? {} : { current }),
      ...(total === undefined ? {} : { total }),
    };
  }

  #count(id: string, status: string, current: number | undefined, total: number | undefined): void {
    if (this.#layers.size >= MAX_LAYERS && !this.#layers.has(id)) return;
    const layer = this.#layers.get(id) ?? { current: 0, total: 0, done: false, present: false };
    this.#layers.set(id, layer);
    if (status === 'Downloading') {
      layer.total = Math.max(layer.total, total ?? 0);
      layer.current = Math.max(layer.current, current ?? 0);
    } else if (status === 'Already exists') {
      layer.done = true;
      layer.present = true;
    } else if (status === 'Download complete' || status === 'Verifying Checksum') {
      layer.current = Math.max(layer.current, layer.total);
    } else if (status === 'Pull complete') {
      layer.current = Math.max(layer.current, layer.total);
      layer.done = true;
    }
  }

  totals(): PullTotals {
    const totals: PullTotals = {
      layers: 0,
      layersDone: 0,
      layersPresent: 0,
      downloadedBytes: 0,
      totalBytes: 0,
    };
    for (const layer of this.#layers.values()) {
      totals.layers += 1;
      if (layer.done) totals.layersDone += 1;
      if (layer.present) totals.layersPresent += 1;
      totals.downloadedBytes += layer.current;
      totals.totalBytes += layer.total;
    }
    return totals;
  }
}

/** The error a line reports, or undefined. */
export function errorOfPullLine(line: PullLine): string | undefined {
  const message = line.errorDetail?.message ?? line.error;
  return message === undefined || message === null ? undefined : engineWords(message);
}

function byteCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
