import { describe, expect, it } from 'vitest';
import { entityTagOf } from '../../src/domain/precondition.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import { regionUnderTest } from './write-under-test.ts';

const posted = { pk: 'a', data: { n: 1 }, ttlSeconds: 10 };

describe('createItemWriter()', () => {
  it('stores what it returns, with key, times, expiry, region and version', async () => {
    const { store, writeItem } = regionUnderTest();
    const { image, isReplay } = await writeItem(posted);
    expect(isReplay).toBe(false);
    expect(image).toMatchObject({
      pk: 'a',
      sk: 'id-0',
      createdAt: '2026-11-22T12:00:00.250Z',
      updatedAt: '2026-11-22T12:00:00.250Z',
      ttl: Date.parse('2026-11-22T12:00:10Z') / 1000,
      region: 'eu-west-1',
      version: { 'eu-west-1': expect.any(Number) },
      history: [],
      deleted: false,
      data: { n: 1 },
    });
    expect(await store.get(image)).toStrictEqual(image);
  });

  it('leaves data out when there is none, and takes the default time to live', async () => {
    const { writeItem } = regionUnderTest();
    const { image } = await writeItem({ pk: 'a' });
    expect(image).not.toHaveProperty('data');
    expect(image.ttl).toBe(Date.parse('2026-11-22T13:00:00Z') / 1000);
  });

  it('fails when the store does', async () => {
    const { writeItem } = regionUnderTest();
    await expect(writeItem({ pk: 'a' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'table-timeout',
    });
  });

  it('makes the same item in every region for one idempotency key', async () => {
    const request = { ...posted, idempotencyKey: 'k' };
    const { image: west } = await regionUnderTest({ seed: 1 }).writeItem(request);
    const { image: central } = await regionUnderTest({ region: 'eu-central-1', seed: 2 }).writeItem(request);
    for (const name of ['sk', 'version', 'dot', 'data'] as const)
      expect(central[name]).toStrictEqual(west[name]);
  });

  it('gives the first answer again until the window of the key is over, and refuses another body', async () => {
    const { clock, store, writeItem } = regionUnderTest();
    const request = { ...posted, idempotencyKey: 'k' };
    const first = await writeItem(request);
    clock.advance(9_000);
    const { keyedWrites: _record, ...made } = first.image;
    expect(await writeItem(request)).toMatchObject({ image: made, isReplay: true });
    await expect(writeItem({ ...request, data: { n: 2 } })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    await expect(writeItem({ ...request, ttlSeconds: 11 })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await store.get(first.image)).toStrictEqual(first.image);
  });

  it('does not replace what others have put in the place of its item', async () => {
    const there = regionUnderTest();
    const { image } = await there.writeItem({ ...posted, idempotencyKey: 'k' });
    const here = regionUnderTest({ seed: 2 });
    const key = { pk: image.pk, sk: image.sk };
    const { image: other } = await here.replaceItem({ key, data: 'by hand', precondition: {} });
    await expect(here.writeItem({ ...posted, idempotencyKey: 'k' })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
    expect(await here.store.get(key)).toStrictEqual(other);
  });
});

const key = { pk: 'p', sk: 's' };

describe('createItemReplacer()', () => {
  it('writes where there was nothing, and then on top of what it wrote', async () => {
    const { store, replaceItem } = regionUnderTest();
    const first = await replaceItem({ key, data: 1, precondition: {} });
    const second = await replaceItem({ key, precondition: {} });
    expect(second.image.history).toStrictEqual([first.image.dot]);
    expect(compareVersions(second.image.version, first.image.version)).toBe('after');
    expect(second.image).not.toHaveProperty('data');
    expect(await store.get(key)).toStrictEqual(second.image);
  });

  it('writes on the version that was required only, once for each version', async () => {
    const { replaceItem } = regionUnderTest();
    const { image } = await replaceItem({ key, data: 1, precondition: { ifNoneMatch: 'any' } });
    const ifMatch = [entityTagOf(image)];
    await replaceItem({ key, data: 2, precondition: { ifMatch } });
    for (const precondition of [{ ifMatch }, { ifNoneMatch: 'any' as const }])
      await expect(replaceItem({ key, data: 3, precondition })).rejects.toMatchObject({
        code: 'item-changed',
      });
  });

  it('continues the version over a tombstone and over an expired item', async () => {
    const { clock, removeItem, replaceItem } = regionUnderTest();
    await replaceItem({ key, data: 1, precondition: {} });
    const { image: tombstone } = await removeItem({ key, precondition: {} });
    const anew = await replaceItem({ key, data: 2, ttlSeconds: 5, precondition: {} });
    expect(anew.image.history).toContain(tombstone.dot);
    clock.advance(5_000);
    const later = await replaceItem({ key, data: 3, precondition: { ifNoneMatch: 'any' } });
    expect(later.image.history).toContain(anew.image.dot);
    expect(later.image.createdAt).toBe(later.image.updatedAt);
  });

  it('makes a keyed write once, whatever was required of it and written since', async () => {
    const { replaceItem } = regionUnderTest();
    const { image } = await replaceItem({ key, data: 1, precondition: {} });
    const request = { key, data: 2, precondition: { ifMatch: [entityTagOf(image)] }, idempotencyKey: 'k' };
    const first = await replaceItem(request);
    const { image: since } = await replaceItem({ key, data: 3, precondition: {} });
    const again = await replaceItem(request);
    expect(again).toMatchObject({ isReplay: true, held: since, image: { dot: first.image.dot, data: 2 } });
    await expect(replaceItem({ ...request, data: 4 })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
  });
});

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
    const removal = { key, precondition: { ifMatch: [entityTagOf(image)] } };
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
