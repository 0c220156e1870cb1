import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/contract/limits.ts';
import { encodeSession, type Session } from '../../src/contract/session-token.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import {
  decodeSession,
  freshnessOf,
  itemDigest,
  recordReplay,
  recordSighting,
} from '../../src/domain/session.ts';
import { imageIn } from '../store/arbitraries.ts';
import { childOf, regions, sha256 } from './write-under-test.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');

function noted(session: Session, image: ItemImage, holdSeconds = 600): Session {
  return recordSighting(session, image, { item: itemDigest(image, sha256), nowMs, holdSeconds });
}

function sightingOf(image: ItemImage) {
  const [sighting] = noted([], image);
  if (sighting === undefined) throw new Error('Cannot go on: nothing was noted');
  return sighting;
}

// Tokens carry times after 1970 in eight digits of base 36 at most.
const images = fc.array(imageIn('p'), { minLength: 1, maxLength: 20 });

describe('recordSighting()', () => {
  it('keeps each item once, the latest first, and forgets the one seen longest ago', () => {
    fc.assert(
      fc.property(images, (seen) => {
        const session = seen.reduce<Session>((sum, image) => noted(sum, image), []);
        const items = seen.map((image) => itemDigest(image, sha256)).reverse();
        expect(session.map(({ item }) => item)).toStrictEqual(
          [...new Set(items)].slice(0, limits.sessionItemsMax),
        );
      }),
    );
  });

  it('binds until the image expires, and no longer than told', () => {
    expect(sightingOf(childOf(undefined, { nowMs, ttlSeconds: 60 })).until).toBe(nowMs / 1000 + 60);
    expect(sightingOf(childOf(undefined, { nowMs, ttlSeconds: 3_600 })).until).toBe(nowMs / 1000 + 600);
  });
});

describe('recordReplay()', () => {
  const details = (image: ItemImage) => ({ item: itemDigest(image, sha256), nowMs, holdSeconds: 600 });

  it('keeps what was seen since when the region is behind, and moves on when it is not', () => {
    const first = childOf(undefined);
    const second = childOf(first, { seed: 2 });
    const session = noted([], second);
    expect(recordReplay(session, { held: first }, details(first))).toBe(session);
    const third = childOf(second, { seed: 3 });
    expect(recordReplay(session, { held: third }, details(third))[0]?.dot).toBe(third.dot);
    expect(recordReplay([], { held: first }, details(first))[0]?.dot).toBe(first.dot);
  });

  it('takes a write that was lost for seen where it is the later one, so that its loss can be told', () => {
    const seen = childOf(undefined, { nowMs });
    const session = noted([], seen);
    const lost = childOf(undefined, { nowMs: nowMs + 1, seed: 2 });
    expect(recordReplay(session, { held: lost, isLost: true }, details(lost))[0]?.dot).toBe(lost.dot);
    const earlier = childOf(undefined, { nowMs: nowMs - 1, seed: 3 });
    expect(recordReplay(session, { held: earlier, isLost: true }, details(earlier))).toBe(session);
  });

  it('keeps what was seen where a long history does not tell whether it was lost', () => {
    const seen = childOf(undefined);
    let held = childOf(undefined, { seed: 2 });
    for (let seed = 3; seed < 40; seed++) held = childOf(held, { seed });
    const session = noted([], seen);
    expect(freshnessOf(held, sightingOf(seen))).toBe('presumably-current');
    expect(recordReplay(session, { held }, details(held))).toBe(session);
  });
});

describe('freshnessOf()', () => {
  it('tells descendants from ancestors, from images of another origin and from none', () => {
    const seen = childOf(undefined);
    const child = childOf(seen, { region: 'us-east-1', seed: 2 });
    const stranger = childOf(undefined, { region: 'eu-central-1', seed: 3 });
    expect(freshnessOf(seen, sightingOf(seen))).toBe('current');
    expect(freshnessOf(child, sightingOf(seen))).toBe('current');
    expect(freshnessOf(seen, sightingOf(child))).toBe('behind');
    expect(freshnessOf(stranger, sightingOf(seen))).toBe('behind');
    expect(freshnessOf(undefined, sightingOf(seen))).toBe('behind');
  });

  it('presumes that a descendant is one when its history does not go back as far', () => {
    const seen = childOf(undefined);
    let later = seen;
    for (let seed = 0; seed < 40; seed++) later = childOf(later, { region: 'eu-central-1', seed });
    expect(freshnessOf(later, sightingOf(seen))).toBe('presumably-current');
    expect(freshnessOf(later, { ...sightingOf(seen), count: Number.MAX_SAFE_INTEGER })).toBe('behind');
  });
});

describe('decodeSession()', () => {
  it('reads what was encoded, in a header of bounded length', () => {
    fc.assert(
      fc.property(images, (seen) => {
        const session = seen.reduce<Session>((sum, image) => noted(sum, image), []);
        const token = encodeSession(session);
        expect(token).toMatch(/^[\x21-\x7e]+$/);
        expect(token.length).toBeLessThanOrEqual(limits.sessionCharactersMax);
        expect(decodeSession(token, regions)).toStrictEqual(session);
      }),
    );
  });

  it('refuses a damaged token with invalid-session, and never fails otherwise', () => {
    const token = encodeSession(noted([], childOf(undefined)));
    const refused = expect.objectContaining({ code: 'invalid-session' });
    fc.assert(
      fc.property(
        fc.nat({ max: token.length - 1 }),
        fc.string({ unit: 'binary', maxLength: 3 }),
        (at, piece) => {
          const damaged = token.slice(0, at) + piece + token.slice(at + 1);
          try {
            const read = decodeSession(damaged, regions);
            // What names another region is dropped, and else only what was given out is taken back.
            expect(read.length === 0 ? damaged : encodeSession(read)).toBe(damaged);
          } catch (error) {
            expect(error).toStrictEqual(refused);
          }
        },
      ),
    );
    for (const bad of ['', '1~', '2~', `${token}~`, `${token}${token.slice(1)}`, token.repeat(40)])
      expect(() => decodeSession(bad, regions), bad).toThrow(refused);
    expect(decodeSession(token, ['us-east-1'])).toStrictEqual([]);
  });
});
