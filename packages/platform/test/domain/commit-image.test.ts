import { describe, expect, it } from 'vitest';
import { conflictId } from '../../src/domain/change-consumer.ts';
import { createSessionCheck } from '../../src/domain/check-session.ts';
import { createCommitter } from '../../src/domain/commit-image.ts';
import { conflictOf } from '../../src/domain/conflict-log.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import type { ItemStore } from '../../src/domain/item-store.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { itemDigest, recordSighting } from '../../src/domain/session.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import { memoryConflictLog } from '../store/memory-conflict-log.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { manualClock } from './manual-clock.ts';
import { childOf, randomOf, regions, regionUnderTest, sha256 } from './write-under-test.ts';

const key = { pk: 'p', sk: 's' };
const anything = () => undefined;

/** A store in which another writer of the region comes first, so many times. */
function contended(times: number) {
  const store = memoryItemStore();
  const clock = manualClock();
  let left = times;
  const overtaken: ItemStore = {
    ...store,
    replace: async (image, before) => {
      if (left-- > 0) {
        const held = await store.get(key);
        await store.replace(childOf(held, { seed: 100 + left }), held);
      }
      const outcome = await store.replace(image, before);
      setTimeout(() => clock.advance(10_000), 0);
      return outcome;
    },
  };
  const region = 'eu-west-1';
  const conflicts = memoryConflictLog();
  const checkSession = createSessionCheck({ conflicts, clock, region });
  const sessions = { conflicts, checkSession, sha256 };
  return {
    store,
    commit: createCommitter({ ...sessions, store: overtaken, clock, random: randomOf(1), region, regions }),
  };
}

describe('createCommitter()', () => {
  it('writes on top of what the region holds by then when others were faster', async () => {
    const { store, commit } = contended(3);
    const write = { key, content: { data: 'x' }, ttlSeconds: 60, defaultTtlSeconds: 60 };
    const { image, held, isReplay } = await commit({ write, before: undefined, require: anything });
    expect(image.history).toHaveLength(3);
    expect(held).toStrictEqual(image);
    expect(isReplay).toBe(false);
    expect(await store.get(key)).toStrictEqual(image);
  });

  it('gives up with item-contended after eight attempts, leaving what the others wrote', async () => {
    const { store, commit } = contended(8);
    const write = { key, content: { data: 'x' }, ttlSeconds: 60, defaultTtlSeconds: 60 };
    await expect(commit({ write, before: undefined, require: anything })).rejects.toMatchObject({
      code: 'item-contended',
    });
    expect((await store.get(key))?.history).toHaveLength(7);
  });

  it('asks for each attempt whether it may write over what is there', async () => {
    const { commit } = contended(1);
    const asked: (ItemImage | undefined)[] = [];
    const write = { key, content: {}, ttlSeconds: 60, defaultTtlSeconds: 60 };
    const require = (held: ItemImage | undefined) => {
      asked.push(held);
      if (held !== undefined) throw new Error('taken');
    };
    await expect(commit({ write, before: undefined, require })).rejects.toThrow('taken');
    expect(asked.map((held) => held?.region)).toStrictEqual([undefined, 'eu-west-1']);
  });

  it('gives the answer of a keyed write again, also after it was overwritten, and what is there now', async () => {
    const { commit, clock } = regionUnderTest();
    const keyed = keyedIn(clock.nowMs(), 'k', 42);
    const write = { key, content: { data: 'once' }, ttlSeconds: 60, defaultTtlSeconds: 60, keyed };
    const first = await commit({ write, before: undefined, require: anything });
    clock.advance(1_000);
    const over = { key, content: { data: 'over' }, ttlSeconds: 60, defaultTtlSeconds: 60 };
    const second = await commit({ write: over, before: first.image, require: anything });
    clock.advance(1_000);
    const again = await commit({ write, before: undefined, require: anything });
    expect(again.isReplay).toBe(true);
    expect(again.held).toStrictEqual(second.image);
    for (const name of ['dot', 'version', 'createdAt', 'updatedAt', 'ttl', 'data'] as const)
      expect(again.image[name]).toStrictEqual(first.image[name]);
    expect(compareVersions(second.image.version, first.image.version)).toBe('after');
  });

  it('knows a key until its window is over, also when what it wrote has expired', async () => {
    const { commit, clock } = regionUnderTest();
    const keyed = keyedIn(clock.nowMs(), 'k', 42);
    const write = { key, content: { data: 'once' }, ttlSeconds: 60, defaultTtlSeconds: 60, keyed };
    const first = await commit({ write, before: undefined, require: anything });
    clock.advance(3_899_000);
    const again = await commit({ write, before: undefined, require: anything });
    expect(again).toMatchObject({ isReplay: true, image: { updatedAt: first.image.updatedAt } });
  });

  it.each([9, 24])('makes a keyed write once however many other keys come between: %i', async (others) => {
    const { commit, store, clock } = regionUnderTest();
    const nowMs = clock.nowMs();
    const writeOf = (dot: number) => {
      const keyed = keyedIn(nowMs + dot, `key ${dot}`, dot);
      return { key, content: { data: `by ${dot}` }, defaultTtlSeconds: 60, keyed };
    };
    // The first key stays as long as its window, the second is forgotten first.
    for (let dot = 1; dot <= others + 2; dot++)
      await commit({ write: writeOf(dot), before: await store.get(key), require: anything });
    const last = await store.get(key);
    expect(await commit({ write: writeOf(1), before: last, require: anything })).toMatchObject({
      isReplay: true,
    });
    await expect(commit({ write: writeOf(2), before: last, require: anything })).rejects.toMatchObject({
      code: 'idempotency-key-out-of-window',
      serverTime: new Date(nowMs).toISOString(),
    });
    expect(await store.get(key)).toStrictEqual(last);
    const fresh = { ...writeOf(99), keyed: keyedIn(nowMs + 99, 'fresh', 99) };
    expect(await commit({ write: fresh, before: last, require: anything })).toMatchObject({
      isReplay: false,
    });
  });

  it('keeps a key without a time in a record of its own, in front of any number of others', async () => {
    const { commit, store, clock } = regionUnderTest();
    const { keyMs: _none, ...untimed } = { ...keyedIn(clock.nowMs(), 'k', 42), hasRecord: true };
    const write = { key, content: { data: 'once' }, defaultTtlSeconds: 60, keyed: untimed };
    const first = await commit({ write, before: undefined, require: anything });
    for (let dot = 100; dot < 140; dot++) {
      const keyed = keyedIn(clock.nowMs() + dot, `key ${dot}`, dot);
      const other = { key, content: {}, defaultTtlSeconds: 60, keyed };
      await commit({ write: other, before: await store.get(key), require: anything });
    }
    const again = await commit({ write, before: await store.get(key), require: anything });
    expect(again).toMatchObject({ isReplay: true, image: { version: first.image.version } });
    const otherRequest = { ...write, keyed: { ...untimed, request: 'other', dot: 43 } };
    await expect(commit({ write: otherRequest, before: undefined, require: anything })).rejects.toMatchObject(
      { code: 'idempotency-key-reused' },
    );
  });

  it('does not make a write again that another region’s has replaced: the conflict log tells', async () => {
    const { commit, store, conflicts, clock } = regionUnderTest();
    const keyed = keyedIn(clock.nowMs(), 'k', 42);
    const write = { key, content: { data: 'lost' }, defaultTtlSeconds: 60, keyed };
    const { image: lost } = await commit({ write, before: undefined, require: anything });
    const winner = childOf(undefined, { region: 'eu-central-1', nowMs: clock.nowMs() + 10, seed: 7 });
    await store.replace(winner, lost);
    const change = { before: lost, after: winner, atMs: clock.nowMs() + 20 };
    const seen = { atMs: change.atMs, region: 'eu-west-1', ttlSeconds: 600 };
    await conflicts.record(conflictId(change, sha256), conflictOf(lost, winner, seen));
    const again = await commit({ write, before: winner, require: anything });
    expect(again).toMatchObject({ isReplay: true, image: { data: 'lost', version: lost.version } });
    expect(await store.get(key)).toStrictEqual(winner);
  });

  it('gives a refusal only where the region holds what the session has seen', async () => {
    const { commit, clock } = regionUnderTest();
    const elsewhere = childOf(undefined, { region: 'eu-central-1', nowMs: clock.nowMs() });
    const item = itemDigest(key, sha256);
    const [seen] = recordSighting([], elsewhere, { item, nowMs: clock.nowMs(), holdSeconds: 600 });
    const write = { key, content: {}, defaultTtlSeconds: 60 };
    const refuse = () => {
      throw new PlatformError('item-changed', 'It has another version.');
    };
    await expect(commit({ write, before: undefined, require: refuse, seen })).rejects.toMatchObject({
      code: 'replica-behind',
      region: 'eu-central-1',
    });
    await expect(commit({ write, before: elsewhere, require: refuse, seen })).rejects.toMatchObject({
      code: 'item-changed',
    });
  });
});

function keyedIn(keyMs: number, name: string, dot: number) {
  const until = Math.ceil(keyMs / 1000) + 3_900;
  return { key: name, request: 'r', keyMs, until, dot, hasRecord: false };
}
