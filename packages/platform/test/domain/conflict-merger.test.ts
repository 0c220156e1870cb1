import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createConflictMerger } from '../../src/domain/conflict-merger.ts';
import { historyMax, type ItemImage, keyedWritesMax } from '../../src/domain/item-image.ts';
import { joinImages } from '../../src/domain/join-images.ts';
import { includes } from '../../src/domain/lost-write.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';
import { childOf, randomOf, regions } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:05.000Z');
const base = childOf(undefined);
const lost = childOf(base, { seed: 2, content: { data: 'mine' } });
const held = childOf(base, { seed: 3, region: 'eu-central-1', content: { data: 'theirs' } });

function mergerUnderTest(merge = (mine: unknown, theirs: unknown) => `${theirs} ${mine}`) {
  const store = memoryItemStore();
  const told: string[] = [];
  const merging = createConflictMerger({
    store,
    mergeOf: ({ pk }) =>
      pk === 'p'
        ? (mine, theirs) => {
            told.push(`${mine} into ${theirs}`);
            return merge(mine, theirs);
          }
        : undefined,
    clock: manualClock(nowMs),
    random: randomOf(7),
    region: 'eu-west-1',
    regions,
  });
  return { store, merging, told };
}

const key = { pk: 'p', sk: 's' };

describe('createConflictMerger()', () => {
  test('writes what comes of both, made from both', async () => {
    const { store, merging } = mergerUnderTest();
    await store.replace(held, undefined);
    expect(await merging(lost)).toBe(true);
    const merged = await store.get(key);
    expect(merged).toMatchObject({ data: 'theirs mine', region: 'eu-west-1', deleted: false });
    for (const each of [base, lost, held]) expect(merged?.history).toContain(each.dot);
    expect(includes(merged as ItemImage, held, 'eu-central-1')).toBe(true);
    expect(compareVersions(merged?.version ?? {}, held.version)).toBe('after');
    expect(compareVersions(merged?.version ?? {}, lost.version)).toBe('after');
  });

  test('merges once, however often it is told', async () => {
    const { store, merging, told } = mergerUnderTest();
    await store.replace(held, undefined);
    await merging(lost);
    const merged = await store.get(key);
    await store.replace(childOf(merged, { seed: 9, region: 'us-east-1' }), merged);
    expect(await merging(lost)).toBe(true);
    expect(told).toEqual(['mine into theirs']);
  });

  test('merges into what the region holds by then', async () => {
    const { store, merging, told } = mergerUnderTest();
    const later = childOf(held, { seed: 5, content: { data: 'later' } });
    await store.replace(later, undefined);
    expect(await merging(lost)).toBe(true);
    expect(told).toEqual(['mine into later']);
  });

  test('leaves a loss to the log: of no such entity, without a merge, and where something was deleted', async () => {
    const { store, merging } = mergerUnderTest();
    expect(await merging({ ...lost, pk: 'other' })).toBe(false);
    expect(await merging(lost)).toBe(false);
    await store.replace(childOf(base, { seed: 4, content: 'tombstone' }), undefined);
    expect(await merging(lost)).toBe(false);
    const other = mergerUnderTest((() => undefined) as never);
    await other.store.replace(held, undefined);
    expect(await other.merging(lost)).toBe(false);
    expect(await other.merging(childOf(base, { seed: 2, content: 'tombstone' }))).toBe(false);
  });

  test('merges no write that may be merged already, more writes ago than an image knows of', async () => {
    const { store, merging, told } = mergerUnderTest();
    await store.replace(held, undefined);
    await merging(lost);
    let latest = (await store.get(key)) as ItemImage;
    for (let write = 0; write <= historyMax; write += 1) {
      const next = childOf(latest, { seed: 100 + write, nowMs: nowMs + write * 1_000 });
      await store.replace(next, latest);
      latest = next;
    }
    expect(latest.history).not.toContain(lost.dot);
    expect(await merging(lost)).toBe(false);
    expect(told).toHaveLength(1);
  });
});

describe('joinImages()', () => {
  test('knows of both what fits, the latest of each first', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (ours, others) => {
        const chain = (count: number, region: string, seed: number) => {
          let image = base;
          for (let each = 0; each < count; each += 1) image = childOf(image, { region, seed: seed + each });
          return image;
        };
        const [mine, theirs] = [
          chain(1 + ours, 'eu-west-1', 1_000),
          chain(1 + others, 'eu-central-1', 2_000),
        ];
        const joined = joinImages(theirs, mine);
        expect(joined.history.length).toBeLessThanOrEqual(historyMax);
        expect(new Set(joined.history).size).toBe(joined.history.length);
        expect(joined.history).toContain(mine.dot);
        const isTold = (dot: number) => joined.history.includes(dot);
        if (ours + others + 3 <= historyMax)
          expect([...mine.history, ...theirs.history].every(isTold)).toBe(true);
        for (const each of [mine, theirs])
          expect(['after', 'equal']).toContain(compareVersions(joined.version, each.version));
      }),
    );
  });

  test('keeps the keys of both within what an image remembers, and says when some are gone', () => {
    const keyed = (count: number, from: number) =>
      Array.from({ length: count }, (_, at) => ({
        ...{ key: `k${from + at}`, request: 'r', keyMs: from + at, until: 2_000_000_000, dot: from + at },
        ...{
          region: 'eu-west-1',
          version: {},
          createdAt: base.createdAt,
          updatedAt: base.updatedAt,
          deleted: false,
        },
      }));
    const few = joinImages({ ...held, keyedWrites: keyed(2, 1) }, { ...lost, keyedWrites: keyed(2, 2) });
    expect(few.keyedWrites.map((each) => each.key)).toEqual(['k1', 'k2', 'k3']);
    expect(few.forgotten).toBeUndefined();
    const many = joinImages({ ...held, keyedWrites: keyed(8, 1) }, { ...lost, keyedWrites: keyed(8, 101) });
    expect(many.keyedWrites).toHaveLength(keyedWritesMax);
    expect(many.keyedWrites.map((each) => each.key).at(-1)).toBe('k108');
    expect(many.forgotten?.keyMs).toBe(101);
  });

  test('lives as long as either', () => {
    const forEver = childOf(base, { seed: 2, ttlSeconds: null });
    expect(joinImages(held, forEver).ttl).toBeUndefined();
    expect(joinImages(held, childOf(base, { seed: 2, ttlSeconds: 9_000 })).ttl).toBe(
      nowMs / 1_000 - 5 + 9_000,
    );
  });
});
