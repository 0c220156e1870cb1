import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { freshnessOf, itemDigest, recordSighting } from '../../src/domain/session.ts';
import { childOf, regions, sha256 } from './write-under-test.ts';

const startMs = Date.parse('2026-11-22T12:00:00.000Z');

function sightingOf(image: ItemImage) {
  const details = { item: itemDigest(image, sha256), nowMs: startMs, holdSeconds: 86_400 };
  const [sighting] = recordSighting([], image, details);
  if (sighting === undefined) throw new Error('Nothing was noted.');
  return sighting;
}

/** A chain of writes in any regions, a second apart; clocks of regions differ by up to a minute. */
const chains = fc
  .record({
    writers: fc.array(fc.constantFrom(...regions), { minLength: 1, maxLength: 120, size: 'max' }),
    offsetsMs: fc.tuple(...regions.map(() => fc.integer({ min: -60_000, max: 60_000 }))),
  })
  .map(({ writers, offsetsMs }) => {
    const images: ItemImage[] = [];
    for (const [index, region] of writers.entries()) {
      const nowMs = startMs + index * 1_000 + (offsetsMs[regions.indexOf(region)] ?? 0);
      images.push(childOf(images.at(-1), { region, nowMs, seed: index }));
    }
    return images;
  });

describe('the reach of a history', () => {
  it('never takes a write of the chain for one that is missing, however long ago it was', () => {
    fc.assert(
      fc.property(chains, (images) => {
        const last = images.at(-1);
        for (const image of images) expect(freshnessOf(last, sightingOf(image))).not.toBe('behind');
      }),
    );
  });

  it('tells a write that was lost within the last sixteen for certain, in a chain of any length', () => {
    fc.assert(
      fc.property(chains, fc.integer({ min: 0, max: 15 }), (images, back) => {
        const base = images[Math.max(0, images.length - 1 - back)];
        const region = images.at(-1)?.region ?? regions[0];
        const nowMs = startMs + 200_000;
        // Made on top of what another region's chain went on from, and lost to that chain.
        const lost = childOf(base, { region, nowMs, seed: 777 });
        let last = base;
        for (let seed = 0; seed < 3; seed++)
          last = childOf(last, { region, nowMs: nowMs + 1_000 + seed, seed });
        expect(freshnessOf(last, sightingOf(lost))).toBe('behind');
      }),
    );
  });

  it('costs nothing as long as the history is short', () => {
    let image = childOf(undefined);
    for (let seed = 0; seed < 16; seed++) image = childOf(image, { seed });
    expect(image).not.toHaveProperty('reach');
    expect(childOf(image)).toHaveProperty('reach');
  });
});
