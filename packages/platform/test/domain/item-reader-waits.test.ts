import { describe, expect, it } from 'vitest';
import { createItemReader } from '../../src/domain/item-reader.ts';
import { itemDigest, recordSighting } from '../../src/domain/session.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';
import { passTime } from './pass-time.ts';
import { childOf, sha256 } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const key = { pk: 'p', sk: 's' };
const seen = childOf(undefined, { region: 'eu-central-1', nowMs, seed: 1 });
const session = recordSighting([], seen, { item: itemDigest(seen, sha256), nowMs, holdSeconds: 600 });

function setUp() {
  const clock = manualClock(nowMs);
  const store = memoryItemStore();
  const waits: string[] = [];
  const read = createItemReader({
    ...{ store, conflicts: memoryConflictLog(), clock, sha256, region: 'eu-west-1' },
    onWait: () => void waits.push('wait'),
  });
  return { clock, store, waits, read };
}

describe('createItemReader()', () => {
  it('tells of a wait once, however often it looks', async () => {
    const { clock, waits, read } = setUp();
    await expect(passTime(read(key, session), { clock })).rejects.toMatchObject({ code: 'replica-behind' });
    expect(waits).toHaveLength(1);
  });

  it('tells of no wait where it answers at once', async () => {
    const { clock, store, waits, read } = setUp();
    await store.replace(seen, undefined);
    await passTime(read(key, session), { clock });
    await passTime(read(key, []), { clock });
    expect(waits).toHaveLength(0);
  });
});
