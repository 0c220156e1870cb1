import { describe, expect, it } from 'vitest';
import { regionUnderTest } from './write-under-test.ts';

const key = { pk: 'p', sk: 's' };

describe('createItemRemover()', () => {
  it('leaves a tombstone that descends from the item and is remembered for its own time', async () => {
    const { removeItem, replaceItem, store } = regionUnderTest();
    const { image } = await replaceItem({ key, data: 1, ttlSeconds: 60, precondition: {} });
    const { image: tombstone } = await removeItem({ key, precondition: {} });
    expect(tombstone).toMatchObject({ deleted: true, history: [image.dot] });
    expect(tombstone).not.toHaveProperty('data');
    expect(tombstone.ttl).toBe(Date.parse('2026-11-23T12:00:00Z') / 1000);
    expect(await store.get(key)).toStrictEqual(tombstone);
  });

  it('changes nothing when the item is deleted already', async () => {
    const { removeItem, replaceItem, store } = regionUnderTest();
    await replaceItem({ key, precondition: {} });
    const { image } = await removeItem({ key, precondition: {} });
    expect(await removeItem({ key, precondition: {} })).toMatchObject({ image, isReplay: false });
    expect(await store.get(key)).toStrictEqual(image);
  });

  it('fails with item-not-found when the region holds nothing, or what has expired', async () => {
    const { clock, removeItem, replaceItem } = regionUnderTest();
    const notFound = { code: 'item-not-found' };
    await expect(removeItem({ key, precondition: {} })).rejects.toMatchObject(notFound);
    await replaceItem({ key, ttlSeconds: 5, precondition: {} });
    clock.advance(5_000);
    await expect(removeItem({ key, precondition: {} })).rejects.toMatchObject(notFound);
  });

  it('deletes the version that was required only', async () => {
    const { removeItem, replaceItem } = regionUnderTest();
    const { image } = await replaceItem({ key, precondition: {} });
    await replaceItem({ key, precondition: {} });
    const removal = { key, precondition: { ifMatch: [image.version] } };
    await expect(removeItem(removal)).rejects.toMatchObject({ code: 'item-changed' });
    await removeItem({ key, precondition: {} });
    await expect(removeItem({ key, precondition: { ifMatch: 'any' } })).rejects.toMatchObject({
      code: 'item-changed',
    });
  });

  it('gives the answer of a keyed deletion again when the item was written anew', async () => {
    const { removeItem, replaceItem, store } = regionUnderTest();
    await replaceItem({ key, precondition: {} });
    const removal = { key, precondition: {}, idempotencyKey: 'k' };
    const first = await removeItem(removal);
    const { image } = await replaceItem({ key, data: 2, precondition: {} });
    expect(await removeItem(removal)).toMatchObject({
      isReplay: true,
      image: { deleted: true, dot: first.image.dot },
      held: image,
    });
    expect(await store.get(key)).toStrictEqual(image);
  });
});
