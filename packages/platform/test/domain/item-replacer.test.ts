import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../src/domain/version-vector.ts';
import { regionUnderTest } from './write-under-test.ts';

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
    const ifMatch = [image.version];
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
    const request = { key, data: 2, precondition: { ifMatch: [image.version] }, idempotencyKey: 'k' };
    const first = await replaceItem(request);
    const { image: since } = await replaceItem({ key, data: 3, precondition: {} });
    const again = await replaceItem(request);
    expect(again).toMatchObject({ isReplay: true, held: since, image: { dot: first.image.dot, data: 2 } });
    await expect(replaceItem({ ...request, data: 4 })).rejects.toMatchObject({
      code: 'idempotency-key-reused',
    });
  });
});
