import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasExpired,
  historyMax,
  type ItemImage,
  isVisible,
  keptUntil,
  keyedWritesMax,
  nextImage,
  toItem,
} from '../../src/domain/item-image.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import { imageIn } from '../store/arbitraries.ts';
import { childOf, randomOf, regions } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.250Z');
const key = { pk: 'p', sk: 's' };
const untilSeconds = Math.ceil(nowMs / 1000) + 600;
const place = { region: 'eu-west-1', regions, nowMs, random: randomOf(7) };

function keyedWrite(name: string, dot: number) {
  const keyed = { key: name, request: 'r', keyMs: nowMs + dot, until: untilSeconds, dot, hasRecord: false };
  return { key, content: {}, ttlSeconds: 60, defaultTtlSeconds: 60, keyed };
}

// Counts near 2^53 begin again; that is tested where counts are made.
const held = imageIn('p').map(
  (image): ItemImage => ({ ...image, ...key, version: { 'eu-central-1': 5, 'eu-west-1': 9 } }),
);

describe('nextImage()', () => {
  it('descends from whatever the region held: of a tombstone and of an expired item too', () => {
    fc.assert(
      fc.property(held, fc.boolean(), (before, isDeletion) => {
        const content = isDeletion ? ('tombstone' as const) : { data: 1 };
        const image = nextImage(before, { key, content, ttlSeconds: 60, defaultTtlSeconds: 60 }, place);
        expect(compareVersions(image.version, before.version)).toBe('after');
        expect(image.history).toStrictEqual([...before.history, before.dot].slice(-historyMax));
        expect(image).toMatchObject({
          region: 'eu-west-1',
          ttl: 1_795_348_860,
        });
        expect('data' in image).toBe(!isDeletion);
      }),
    );
  });

  it('begins a new life after a deletion or expiry, and otherwise keeps the time of creation', () => {
    fc.assert(
      fc.property(held, (before) => {
        const { createdAt, updatedAt } = childOf(before, { nowMs });
        expect(updatedAt).toBe('2026-11-22T12:00:00.250Z');
        expect(createdAt).toBe(isVisible(before, nowMs) ? before.createdAt : updatedAt);
      }),
    );
  });

  it('gives the first write of a key the same dot and version in every region', () => {
    const images = regions.map((region) => nextImage(undefined, keyedWrite('k', 42), { ...place, region }));
    for (const image of images) {
      expect(image.dot).toBe(42);
      expect(image.version).toStrictEqual({ 'eu-west-1': 42, 'eu-central-1': 42, 'us-east-1': 42 });
    }
  });

  it('moves the count of its region on when a keyed write is not the first', () => {
    const before = childOf(undefined);
    const image = nextImage(before, keyedWrite('k', 42), place);
    expect(image.dot).toBe(42);
    expect(compareVersions(image.version, before.version)).toBe('after');
    expect(image.history).toStrictEqual([before.dot]);
  });

  it('remembers the first key and the latest others, and the latest of those that it has forgotten', () => {
    let image: ItemImage | undefined;
    for (let index = 0; index < 12; index++)
      image = nextImage(image, keyedWrite(`key ${index}`, 100 + index), place);
    const names = image?.keyedWrites.map((each) => each.key);
    expect(names).toStrictEqual(['key 0', ...[5, 6, 7, 8, 9, 10, 11].map((index) => `key ${index}`)]);
    expect(names).toHaveLength(keyedWritesMax);
    expect(image?.forgotten).toStrictEqual({ keyMs: nowMs + 104, until: untilSeconds });
    const plain = nextImage(image, { key, content: {}, defaultTtlSeconds: 60 }, place);
    expect(plain.keyedWrites).toStrictEqual(image?.keyedWrites);
    expect(plain.forgotten).toStrictEqual(image?.forgotten);
  });

  it('remembers keys through deletion, expiry and a new life until their window is over, and then no more', () => {
    const made = nextImage(undefined, keyedWrite('k', 42), place);
    const at = (afterMs: number) => ({ ...place, nowMs: nowMs + afterMs });
    const deletion = { key, content: 'tombstone' as const, ttlSeconds: 5, defaultTtlSeconds: 5 };
    const deleted = nextImage(made, deletion, at(1_000));
    const again = nextImage(deleted, { key, content: {}, defaultTtlSeconds: 5 }, at(61_000));
    expect(again.keyedWrites).toStrictEqual(made.keyedWrites);
    expect(keptUntil(again)).toBe(untilSeconds);
    const later = nextImage(again, { key, content: {}, defaultTtlSeconds: 5 }, at(601_000));
    expect(later.keyedWrites).toStrictEqual([]);
  });

  it('changes how long an item lives only when told so', () => {
    const lifeOf = (before: ItemImage | undefined, ttlSeconds?: number | null, afterMs = 0) => {
      const life = ttlSeconds === undefined ? {} : { ttlSeconds };
      const write = { key, content: {}, ...life, defaultTtlSeconds: 60 };
      return nextImage(before, write, { ...place, nowMs: nowMs + afterMs });
    };
    const year = lifeOf(undefined, 31_536_000);
    expect(lifeOf(year, undefined, 5_000).ttl).toBe(year.ttl);
    expect(lifeOf(year, 10).ttl).toBe(1_795_348_810);
    const forever = lifeOf(year, null);
    expect(forever).not.toHaveProperty('ttl');
    expect(lifeOf(forever)).not.toHaveProperty('ttl');
    expect(isVisible(forever, 9e14)).toBe(true);
    const deletion = { key, content: 'tombstone' as const, ttlSeconds: 60, defaultTtlSeconds: 60 };
    const tombstone = nextImage(forever, deletion, place);
    expect(tombstone.ttl).toBe(1_795_348_860);
    // What is there no more hands nothing on.
    expect(lifeOf(tombstone).ttl).toBe(1_795_348_860);
    expect(lifeOf(lifeOf(undefined, 1), undefined, 2_000).ttl).toBe(1_795_348_862);
  });
});

describe('hasExpired()', () => {
  it('holds from the first millisecond of the second of expiry', () => {
    expect(hasExpired({ ttl: 1_000 }, 999_999)).toBe(false);
    expect(hasExpired({ ttl: 1_000 }, 1_000_000)).toBe(true);
  });
});

describe('isVisible()', () => {
  it('holds for what is neither deleted nor expired', () => {
    const image = childOf(undefined, { nowMs, ttlSeconds: 60 });
    expect(isVisible(image, nowMs)).toBe(true);
    expect(isVisible(image, nowMs + 60_000)).toBe(false);
    expect(isVisible(childOf(image, { nowMs, content: 'tombstone' }), nowMs)).toBe(false);
  });
});

describe('toItem()', () => {
  it('shows what callers may see and nothing of where the image comes from', () => {
    fc.assert(
      fc.property(imageIn('p'), (image) => {
        const item = toItem(image);
        expect(image).toMatchObject(item);
        for (const name of ['dot', 'history', 'keyedWrites', 'forgotten', 'deleted'])
          expect(item).not.toHaveProperty(name);
        expect('data' in item).toBe('data' in image);
      }),
    );
  });
});
