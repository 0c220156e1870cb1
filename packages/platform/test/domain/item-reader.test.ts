import { describe, expect, it } from 'vitest';
import type { Session } from '../../src/contract/session-token.ts';
import { conflictId } from '../../src/domain/change-consumer.ts';
import { conflictOf } from '../../src/domain/conflict-log.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { itemDigest, recordSighting } from '../../src/domain/session.ts';
import { manualClock } from './manual-clock.ts';
import { childOf, regionUnderTest, sha256 } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const key = { pk: 'p', sk: 's' };
const seen = childOf(undefined, { region: 'eu-central-1', nowMs, seed: 1 });
const other = childOf(undefined, { region: 'eu-west-1', nowMs, seed: 2 });

function sessionOf(image: ItemImage): Session {
  return recordSighting([], image, { item: itemDigest(image, sha256), nowMs, holdSeconds: 600 });
}

/** A region that holds an image. */
async function regionWith(held: ItemImage | undefined) {
  const region = regionUnderTest({ clock: manualClock(nowMs) });
  if (held !== undefined) await region.store.replace(held, undefined);
  return region;
}

describe('createItemReader()', () => {
  it('reads without a session, and where the session has seen no more', async () => {
    const { readItem } = await regionWith(other);
    for (const session of [[], sessionOf(other)])
      expect(await readItem(key, session)).toStrictEqual({ image: other });
    expect(await (await regionWith(undefined)).readItem(key, [])).toStrictEqual({ image: undefined });
  });

  it('says at once that the region is behind, naming the one that has it, and reads once it has come', async () => {
    const { readItem, store } = await regionWith(undefined);
    await expect(readItem(key, sessionOf(seen))).rejects.toMatchObject({
      code: 'replica-behind',
      region: 'eu-central-1',
    });
    await store.replace(seen, undefined);
    expect(await readItem(key, sessionOf(seen))).toStrictEqual({ image: seen });
  });

  it('sets no timer, whatever the token says', async () => {
    const clock = manualClock(nowMs);
    let timers = 0;
    const setTimer: typeof clock.setTimer = (...timer) => {
      timers += 1;
      return clock.setTimer(...timer);
    };
    const { readItem } = regionUnderTest({ clock: { ...clock, setTimer } });
    await expect(readItem(key, sessionOf(seen))).rejects.toMatchObject({ code: 'replica-behind' });
    expect(timers).toBe(0);
  });

  it('names the lost write when the conflict log has it', async () => {
    const { readItem, conflicts } = await regionWith(other);
    await expect(readItem(key, sessionOf(seen))).rejects.toMatchObject({ code: 'replica-behind' });
    const entry = conflictOf(seen, other, { atMs: nowMs, region: 'eu-central-1', ttlSeconds: 60 });
    await conflicts.record(conflictId({ before: seen, after: other, atMs: nowMs }, sha256), entry);
    expect(await readItem(key, sessionOf(seen))).toStrictEqual({
      image: other,
      superseded: { ...entry, id: expect.any(String) },
    });
  });

  it('is not behind what has expired since', async () => {
    const short = childOf(undefined, { region: 'eu-central-1', nowMs: nowMs - 60_000, ttlSeconds: 60 });
    const { readItem } = await regionWith(undefined);
    expect(await readItem(key, sessionOf(short))).toStrictEqual({ image: undefined });
  });

  it('is not behind what it made itself and does not hold any more: that can only have expired', async () => {
    const { readItem } = await regionWith(undefined);
    expect(await readItem(key, sessionOf(other))).toStrictEqual({ image: undefined });
  });
});
