import { createHash } from 'node:crypto';
import type { RandomInteger } from '../../src/domain/clock.ts';
import { createCommitter } from '../../src/domain/commit-image.ts';
import { type ItemImage, nextImage } from '../../src/domain/item-image.ts';
import { createItemReader } from '../../src/domain/item-reader.ts';
import { createItemRemover, createItemReplacer, createItemWriter } from '../../src/domain/item-writer.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'] as const;

/** SHA-256 of a text in UTF-8, in hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Random numbers that follow from a seed: a linear congruential generator of 48 bits (as in POSIX `drand48`). */
export function randomOf(seed: number): RandomInteger {
  let state = BigInt(seed) * 65_536n + 13_070n;
  return (limit) => {
    state = (state * 25_214_903_917n + 11n) & 0xffff_ffff_ffffn;
    return Number((state * BigInt(limit)) >> 48n);
  };
}

/** A region of its own in memory, with the operations on items. */
export function regionUnderTest({
  region = 'eu-west-1',
  clock = manualClock(),
  seed = 1,
}: {
  readonly region?: string;
  readonly clock?: ManualClock;
  readonly seed?: number;
} = {}) {
  const store = memoryItemStore();
  const conflicts = memoryConflictLog();
  const commit = createCommitter({ store, clock, random: randomOf(seed), region, regions });
  const options = { store, commit, clock, sha256, defaultTtlSeconds: 3_600, tombstoneTtlSeconds: 86_400 };
  let ids = 0;
  return {
    store,
    conflicts,
    clock,
    commit,
    writeItem: createItemWriter({ ...options, newId: () => `id-${ids++}` }),
    replaceItem: createItemReplacer(options),
    removeItem: createItemRemover(options),
    readItem: createItemReader({ store, conflicts, clock, sha256, region }),
  };
}

/** An image made of another by a plain write. */
export function childOf(
  before: ItemImage | undefined,
  {
    region = 'eu-west-1',
    nowMs = Date.parse('2026-11-22T12:00:00.000Z'),
    seed = 1,
    content = {},
    ttlSeconds = 3_600,
  }: {
    readonly region?: string;
    readonly nowMs?: number;
    readonly seed?: number;
    readonly content?: { readonly data?: string } | 'tombstone';
    readonly ttlSeconds?: number;
  } = {},
): ItemImage {
  const write = { key: { pk: 'p', sk: 's' }, content, ttlSeconds };
  return nextImage(before, write, { region, regions, nowMs, random: randomOf(seed) });
}
