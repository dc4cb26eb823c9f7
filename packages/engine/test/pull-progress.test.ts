import { describe, expect, it } from 'vitest';
import { errorOfPullLine, PullProgress } from '../src/pull-progress.ts';

const layer = (id: string, status: string, current?: number, total?: number) => ({
  id,
  status,
  progressDetail: { current, total },
});

describe('pull progress', () => {
  it('adds up layers', () => {
    const progress = new PullProgress();
    expect(progress.read({ status: 'Pulling from team/app', id: '123456' })).toEqual({
      status: 'Pulling from team/app',
    });
    progress.read(layer('aaaaaaaaaaaa', 'Already exists'));
    progress.read(layer('bbbbbbbbbbbb', 'Pulling fs layer'));
    expect(progress.read(layer('bbbbbbbbbbbb', 'Downloading', 40, 100))).toEqual({
      id: 'bbbbbbbbbbbb',
      status: 'Downloading',
      current: 40,
      total: 100,
    });
    expect(progress.totals()).toEqual({
      layers: 2,
      layersDone: 1,
      layersPresent: 1,
      downloadedBytes: 40,
      totalBytes: 100,
    });
    progress.read(layer('bbbbbbbbbbbb', 'Download complete'));
    progress.read(layer('bbbbbbbbbbbb', 'Extracting', 5, 100));
    progress.read(layer('bbbbbbbbbbbb', 'Pull complete'));
    progress.read({ status: `Digest: sha256:${'a'.repeat(64)}` });
    progress.read({ status: 'Status: Image is up to date for team/app:1' });
    expect(progress.totals()).toEqual({
      layers: 2,
      layersDone: 2,
      layersPresent: 1,
      downloadedBytes: 100,
      totalBytes: 100,
    });
    expect(progress.digest).toBe(`sha256:${'a'.repeat(64)}`);
    expect(progress.upToDate).toBe(true);
  });

  it('survives lines of any shape', () => {
    const progress = new PullProgress();
    expect(progress.read({})).toBeUndefined();
    expect(progress.read({ status: 7 })).toBeUndefined();
    expect(
      progress.read({
        status: 'Downloading',
        id: 'bbbbbbbbbbbb',
        progressDetail: { current: -1, total: 'x' },
      }),
    ).toEqual({ id: 'bbbbbbbbbbbb', status: 'Downloading' });
    for (let number = 0; number < 5_000; number += 1)
      progress.read(layer(number.toString(16).padStart(12, '0'), 'Waiting'));
    expect(progress.totals().layers).toBe(1_000);
  });

  it('finds the error in either field', () => {
    expect(errorOfPullLine({ error: 'short', errorDetail: { message: 'long' } })).toBe('long');
    expect(errorOfPullLine({ error: 'short' })).toBe('short');
    expect(errorOfPullLine({ status: 'fine' })).toBeUndefined();
  });
});
