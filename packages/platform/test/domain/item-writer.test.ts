import { describe, expect, it } from 'vitest';
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
      version: { 'eu-west-1': image.dot },
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

  it('gives the first answer again within the life of the item, and refuses another body', async () => {
    const { clock, store, writeItem } = regionUnderTest();
    const request = { ...posted, idempotencyKey: 'k' };
    const first = await writeItem(request);
    clock.advance(9_000);
    expect(await writeItem(request)).toMatchObject({ image: first.image, isReplay: true });
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
