import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemImage, nextImage } from '../../src/domain/item-image.ts';
import { findKeyedWrite, keyIdentity, sortKeyOf } from '../../src/domain/keyed-write.ts';
import { randomOf, regions, sha256 } from './write-under-test.ts';

const item = { pk: 'p', sk: 's' };

const admitted = { until: 600 };

function identity(
  idempotencyKey: string,
  data: string | undefined,
  ttlSeconds?: number | null,
  caller?: string,
) {
  const request = {
    method: 'POST' as const,
    ...(data === undefined ? {} : { data }),
    ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
  };
  return keyIdentity(item, { idempotencyKey, caller }, { request, admitted, sha256 });
}

describe('keyIdentity()', () => {
  it('depends on item, key and request alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, data) => {
        expect(identity(key, data)).toStrictEqual(identity(key, data));
        expect(identity(key, data).key).toBe(identity(key, 'other').key);
        expect(Number.isSafeInteger(identity(key, data).dot)).toBe(true);
      }),
    );
  });

  it('tells requests apart that differ in anything that the caller sent', () => {
    const asked = [
      identity('k', 'null'),
      identity('k', undefined),
      identity('k', 'null', 5),
      identity('k', 'null', null),
      identity('k', 'a'),
    ];
    expect(new Set(asked.map(({ request }) => request)).size).toBe(asked.length);
    expect(new Set(asked.map(({ dot }) => dot)).size).toBe(asked.length);
    const elsewhere = keyIdentity(
      { pk: 'p', sk: 'other' },
      { idempotencyKey: 'k' },
      { request: { method: 'POST', data: 'a' }, admitted, sha256 },
    );
    expect(elsewhere.dot).not.toBe(identity('k', 'a').dot);
    expect(elsewhere.key).not.toBe(identity('k', 'a').key);
  });

  it('tells two callers with one key apart, and both from nobody', () => {
    const keys = [undefined, 'https://issuer ada', 'https://issuer bob'].map(
      (caller) => identity('k', 'a', undefined, caller).key,
    );
    expect(new Set(keys).size).toBe(3);
  });

  it('wants a record of its own for a key without a time, but for that of a new item', () => {
    const hasRecord = (method: 'POST' | 'PUT' | 'DELETE', keyMs?: number) => {
      const time = keyMs === undefined ? {} : { keyMs };
      const options = { request: { method }, admitted: { ...admitted, ...time }, sha256 };
      return keyIdentity(item, { idempotencyKey: 'k' }, options).hasRecord;
    };
    expect([hasRecord('PUT'), hasRecord('DELETE'), hasRecord('POST')]).toStrictEqual([true, true, false]);
    expect([hasRecord('PUT', 1), hasRecord('DELETE', 1)]).toStrictEqual([false, false]);
  });
});

describe('findKeyedWrite()', () => {
  const place = { region: 'eu-west-1', regions, nowMs: 0, random: randomOf(1) };
  const image: ItemImage = nextImage(
    undefined,
    { key: item, content: {}, ttlSeconds: 60, defaultTtlSeconds: 60, keyed: identity('k', 'a') },
    place,
  );

  it('finds the record of the same key and request, and none of another key', () => {
    expect(findKeyedWrite(image.keyedWrites, identity('k', 'a'))?.version).toStrictEqual(image.version);
    expect(findKeyedWrite(image.keyedWrites, identity('other', 'a'))).toBeUndefined();
  });

  it('refuses another request under the key', () => {
    expect(() => findKeyedWrite(image.keyedWrites, identity('k', 'b'))).toThrow(
      expect.objectContaining({ code: 'idempotency-key-reused' }),
    );
  });
});

describe('sortKeyOf()', () => {
  it('keeps time and sequence of a UUIDv7, and gives one again', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), fc.boolean(), (key, isUpper) => {
        const sk = sortKeyOf('p', { idempotencyKey: isUpper ? key.toUpperCase() : key }, sha256);
        expect(sk.slice(0, 18)).toBe(key.slice(0, 18));
        expect(sk).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(sk).not.toBe(key);
      }),
    );
  });

  it('gives a UUIDv8 for every other key, one for each partition', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (key) => {
        const sk = sortKeyOf('p', { idempotencyKey: key }, sha256);
        expect(sk).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(sk).toBe(sortKeyOf('p', { idempotencyKey: key }, sha256));
        expect(sk).not.toBe(sortKeyOf('q', { idempotencyKey: key }, sha256));
        expect(sk).not.toBe(sortKeyOf('p', { idempotencyKey: key, caller: 'ada' }, sha256));
      }),
    );
  });
});
