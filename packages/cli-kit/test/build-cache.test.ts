import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pruneBuilds } from '../src/build-cache.ts';

let cacheDir: string;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'builds-'));
});
afterEach(() => rm(cacheDir, { recursive: true, force: true }));

describe('pruneBuilds', () => {
  test('pruneBuilds() keeps the last few and whatever was used within the hour', async () => {
    const now = Date.now();
    const hoursAgo = (hours: number) => new Date(now - hours * 3_600_000);
    const entries = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(32, '0'));
    for (const [index, name] of [...entries, 'unfinished-1-old', 'compiled', 'bin'].entries()) {
      await mkdir(join(cacheDir, name), { recursive: true });
      await utimes(
        join(cacheDir, name),
        hoursAgo(index < 14 ? 0.5 : index),
        hoursAgo(index < 14 ? 0.5 : index),
      );
    }
    await pruneBuilds(cacheDir, now);
    expect(await readdir(cacheDir)).toEqual([...entries.slice(0, 14), 'bin', 'compiled']);
  });

  test('pruneBuilds() keeps the last few when all are old', async () => {
    const now = Date.now();
    const entries = Array.from({ length: 20 }, (_, index) => index.toString(16).padStart(32, '0'));
    for (const [index, name] of entries.entries()) {
      const usedAt = new Date(now - (index + 2) * 3_600_000);
      await mkdir(join(cacheDir, name), { recursive: true });
      await utimes(join(cacheDir, name), usedAt, usedAt);
    }
    await pruneBuilds(cacheDir, now);
    expect(await readdir(cacheDir)).toEqual(entries.slice(0, 12));
  });
});
