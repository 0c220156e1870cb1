import { describe, expect, it } from 'vitest';
import { createChangeConsumer } from '../../src/domain/change-consumer.ts';
import { toItem } from '../../src/domain/item-image.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryCounterStore } from '../store/memory-counter-store.ts';
import { childOf, regions, sha256 } from './write-under-test.ts';

const atMs = Date.parse('2026-11-22T12:00:10.000Z');

function consumerUnderTest() {
  const conflicts = memoryConflictLog();
  const counters = memoryCounterStore();
  const options = { conflicts, counters, sha256, region: 'eu-west-1', regions, conflictTtlSeconds: 3_600 };
  return { conflicts, counters, consume: createChangeConsumer(options) };
}

describe('createChangeConsumer()', () => {
  const base = childOf(undefined);
  const before = childOf(base, { seed: 2, content: { data: 'lost' } });
  const after = childOf(base, { seed: 3, region: 'eu-central-1' });

  it('enters a lost write whole, once, however often the change is told', async () => {
    const { conflicts, consume } = consumerUnderTest();
    expect(await consume({ kind: 'item', before, after, atMs })).toBe('conflict');
    expect(await consume({ kind: 'item', before, after, atMs: atMs + 5_000 })).toBe('nothing');
    expect(conflicts.entries.map(({ conflict }) => conflict)).toStrictEqual([
      {
        loser: toItem(before),
        winner: { region: 'eu-central-1', version: after.version, updatedAt: after.updatedAt },
        detectedAt: '2026-11-22T12:00:10.000Z',
        detectedIn: 'eu-west-1',
        ttl: atMs / 1000 + 3_600,
      },
    ]);
  });

  it('enters a write that was removed without a winner, and marks deletions', async () => {
    const { conflicts, consume } = consumerUnderTest();
    await consume({ kind: 'item', before, atMs });
    const deletion = childOf(base, { seed: 4, content: 'tombstone' });
    await consume({ kind: 'item', before: deletion, after, atMs });
    const [removed, beaten] = conflicts.entries.map(({ conflict }) => conflict);
    expect(removed).not.toHaveProperty('winner');
    expect(beaten?.loser).toMatchObject({ deleted: true });
  });

  it('enters nothing when the winner includes the write', async () => {
    const { conflicts, consume } = consumerUnderTest();
    const next = childOf(before, { region: 'eu-central-1' });
    expect(await consume({ kind: 'item', before, after: next, atMs })).toBe('nothing');
    expect(conflicts.entries).toStrictEqual([]);
  });

  it('takes an increment back that another region has counted too, once', async () => {
    const { consume, counters } = consumerUnderTest();
    const record = {
      id: 'c',
      key: 'k',
      request: 'r',
      by: 5,
      region: 'eu-west-1',
      atMs,
      until: atMs / 1000 + 60,
      ttl: atMs / 1000 + 60,
    };
    await counters.addOnce(record);
    const change = { kind: 'increment', before: record, after: { ...record, region: 'us-east-1' } } as const;
    expect(await consume(change)).toBe('taken-back');
    await consume(change);
    expect(await counters.read('c')).toBe(0);
    expect(await consume({ kind: 'increment', before: record })).toBe('nothing');
    expect(await counters.read('c')).toBe(0);
  });
});
