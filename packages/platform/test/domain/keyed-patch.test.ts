// Goal: a patch that a client repeats in another region takes nothing away in silence. Method: two regions of their own, whose
// images meet as replication would have them meet.
import { describe, expect, it } from 'vitest';
import { isQuiet, lostWrite } from '../../src/domain/lost-write.ts';
import { manualClock } from './manual-clock.ts';
import { regions, regionUnderTest } from './write-under-test.ts';

const key = { pk: 'p', sk: 's' };
const precondition = {};

function patchWith(members: object, idempotencyKey: string) {
  const apply = (held: unknown) => ({ ...Object(held), ...members });
  return { key, precondition, idempotencyKey, patch: { asked: { ...members }, apply } };
}

async function twoRegions() {
  const clock = manualClock();
  const west = regionUnderTest({ clock });
  const east = regionUnderTest({ clock, region: 'eu-central-1', seed: 2 });
  const { image } = await west.replaceItem({ key, precondition, data: { a: 1, b: 1, c: 1 } });
  await east.store.replace(image, undefined);
  return { clock, west, east };
}

describe('a keyed patch made in two regions', () => {
  it('is one write where both held the same', async () => {
    const { west, east } = await twoRegions();
    const one = await west.replaceItem(patchWith({ a: 2 }, 'k'));
    const other = await east.replaceItem(patchWith({ a: 2 }, 'k'));
    expect(other.image.dot).toBe(one.image.dot);
    expect(other.image.data).toStrictEqual(one.image.data);
  });

  it('is two where one held more, so that what is lost with one of them is logged', async () => {
    const { clock, west, east } = await twoRegions();
    await east.replaceItem({ key, precondition, data: { a: 1, b: 9, c: 1 } });
    const { image: before } = await east.replaceItem(patchWith({ a: 2 }, 'k'));
    const { image: after } = await west.replaceItem(patchWith({ a: 2 }, 'k'));
    expect([before.data, after.data]).toStrictEqual([
      { a: 2, b: 9, c: 1 },
      { a: 2, b: 1, c: 1 },
    ]);
    const change = { before, after, atMs: clock.nowMs() };
    expect(lostWrite(change, { region: 'eu-central-1', regions })).toBe(before);
    expect(isQuiet(change)).toBe(false);
  });

  it('is known by its key where the image has arrived and the record of the key has not', async () => {
    const { west, east } = await twoRegions();
    const base = await east.store.get(key);
    const { image } = await west.replaceItem(patchWith({ a: 2 }, 'k'));
    await east.store.replace(image, base);
    const again = await east.replaceItem(patchWith({ a: 2 }, 'k'));
    expect(again).toMatchObject({ isReplay: true, image: { dot: image.dot, data: image.data } });
  });
});
