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

/** A region that holds an image; time goes on by itself until the read has ended, and its length is told. */
async function readWhere(
  held: ItemImage | undefined,
  session: Session,
  meanwhile?: (at: Meanwhile) => Promise<unknown>,
) {
  const clock = manualClock(nowMs);
  const region = regionUnderTest({ clock });
  if (held !== undefined) await region.store.replace(held, undefined);
  let isOver = false;
  const reading = region.readItem(key, session).finally(() => {
    isOver = true;
  });
  // What a failure tells is looked at by the test, later than it happens.
  reading.catch(() => undefined);
  for (let turn = 0; !isOver && turn < 3_000; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (isOver) break;
    clock.advance(5);
    await meanwhile?.({ ...region, waitedMs: clock.nowMs() - nowMs });
  }
  return { reading, waitedMs: clock.nowMs() - nowMs };
}

type Meanwhile = ReturnType<typeof regionUnderTest> & { readonly waitedMs: number };

describe('createItemReader()', () => {
  it('reads at once without a session, and where the session has seen no more', async () => {
    for (const session of [[], sessionOf(other)]) {
      const { reading, waitedMs } = await readWhere(other, session);
      expect(await reading).toStrictEqual({ image: other });
      expect(waitedMs).toBe(0);
    }
    expect(await (await readWhere(undefined, [])).reading).toStrictEqual({ image: undefined });
  });

  it('waits for what the session has seen', async () => {
    const { reading, waitedMs } = await readWhere(
      undefined,
      sessionOf(seen),
      async ({ store, waitedMs: at }) => {
        if (at === 300) await store.replace(seen, undefined);
      },
    );
    expect((await reading).image).toStrictEqual(seen);
    expect(waitedMs).toBeGreaterThanOrEqual(300);
    expect(waitedMs).toBeLessThan(800);
  });

  it('says that the region is behind after a second, naming the one that has it', async () => {
    const { reading, waitedMs } = await readWhere(other, sessionOf(seen));
    await expect(reading).rejects.toMatchObject({ code: 'replica-behind', region: 'eu-central-1' });
    expect(waitedMs).toBeGreaterThanOrEqual(1_000);
    expect(waitedMs).toBeLessThan(1_050);
  });

  it('names the lost write as soon as the conflict log has it', async () => {
    const entry = conflictOf(seen, other, { atMs: nowMs, region: 'eu-central-1', ttlSeconds: 60 });
    const { reading } = await readWhere(other, sessionOf(seen), async ({ conflicts, waitedMs }) => {
      if (waitedMs === 200) await conflicts.record(conflictId(seen, other, sha256), entry);
    });
    expect(await reading).toStrictEqual({ image: other, superseded: entry });
  });

  it('does not wait for what has expired since', async () => {
    const short = childOf(undefined, { region: 'eu-central-1', nowMs: nowMs - 60_000, ttlSeconds: 60 });
    const { reading, waitedMs } = await readWhere(undefined, sessionOf(short));
    expect(await reading).toStrictEqual({ image: undefined });
    expect(waitedMs).toBe(0);
  });
});
