import { createHash } from 'node:crypto';
import { createSessionCheck } from '../../src/domain/check-session.ts';
import type { RandomInteger } from '../../src/domain/clock.ts';
import { createCommitter } from '../../src/domain/commit-image.ts';
import { type ItemImage, nextImage } from '../../src/domain/item-image.ts';
import { createItemReader } from '../../src/domain/item-reader.ts';
import { createItemRemover, createItemReplacer, createItemWriter } from '../../src/domain/item-writer.ts';
import { type MemoryConflictLog, memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'] as const;

/** How long idempotency keys are good for. */
export const windowSeconds = 3_600;

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
  conflicts = memoryConflictLog(),
}: {
  readonly region?: string;
  readonly clock?: ManualClock;
  readonly seed?: number;
  readonly conflicts?: MemoryConflictLog;
} = {}) {
  const store = memoryItemStore();
  const checkSession = createSessionCheck({ conflicts, clock, region });
  const sessions = { conflicts, checkSession, sha256 };
  const commit = createCommitter({ store, ...sessions, clock, random: randomOf(seed), region, regions });
  const life = {
    defaultTtlSeconds: 3_600,
    tombstoneTtlSeconds: 86_400,
    idempotencyTtlSeconds: windowSeconds,
  };
  const options = { store, commit, clock, sha256, ...life };
  let ids = 0;
  return {
    store,
    conflicts,
    clock,
    commit,
    writeItem: createItemWriter({ ...options, newId: () => `id-${ids++}` }),
    replaceItem: createItemReplacer({ ...options, bodyLimitBytes: 4_096 }),
    removeItem: createItemRemover(options),
    readItem: createItemReader({ store, checkSession, sha256 }),
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
    readonly ttlSeconds?: number | null;
  } = {},
): ItemImage {
  const write = { key: { pk: 'p', sk: 's' }, content, ttlSeconds, defaultTtlSeconds: 3_600 };
  return nextImage(before, write, { region, regions, nowMs, random: randomOf(seed) });
}
