import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { historyMax, type ItemImage, keyedWriteOf } from '../../src/domain/item-image.ts';
import { includes, isQuiet, lostWrite } from '../../src/domain/lost-write.ts';
import { childOf, regions } from './write-under-test.ts';

const west = { region: 'eu-west-1', regions };
const nowMs = Date.parse('2026-11-22T12:00:00.000Z');

/** An image, and one that so many writes of any regions have made of it. */
const chain = fc
  .array(fc.constantFrom(...regions), { minLength: 1, maxLength: 80, size: 'max' })
  .map((writers): { first: ItemImage; last: ItemImage } => {
    const first = childOf(undefined, { seed: 99 });
    let last = first;
    for (const [seed, region] of writers.entries()) last = childOf(last, { region, seed });
    return { first, last };
  })
  // The region that wrote the first image would have replaced it itself, and never judges the last one.
  .filter(({ first, last }) => last.version[first.region] === first.version[first.region]);

describe('includes()', () => {
  it('holds for every descendant, however many writes later', () => {
    fc.assert(
      fc.property(chain, ({ first, last }) => {
        expect(includes(last, first, first.region)).toBe(true);
        expect(includes(first, last, first.region)).toBe(false);
      }),
    );
  });

  it('does not hold for an image of another origin, whatever its counts', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.nat({ max: 1_000 }), (length, seed) => {
        const lost = childOf(undefined, { seed: 5_000 + seed });
        let other = childOf(undefined, { region: 'eu-central-1', seed });
        for (let step = 0; step < length; step++) other = childOf(other, { region: 'us-east-1', seed: step });
        expect(includes(other, lost, 'eu-west-1')).toBe(false);
      }),
    );
  });

  it('is not deceived by a greater count of a chain that the region had lost before', () => {
    const lostBefore: ItemImage = { ...childOf(undefined), version: { 'eu-west-1': 9 }, dot: 9 };
    let other: ItemImage = lostBefore;
    for (let step = 0; step <= historyMax; step++)
      other = childOf(other, { region: 'eu-central-1', seed: step });
    const anew = { ...childOf(undefined), version: { 'eu-west-1': 5 }, dot: 5 };
    expect(other.history).toHaveLength(historyMax);
    expect(includes(other, anew, 'eu-west-1')).toBe(false);
    expect(includes(other, lostBefore, 'eu-west-1')).toBe(true);
  });
});

describe('lostWrite()', () => {
  const base = childOf(undefined);
  const ours = childOf(base, { seed: 2, ttlSeconds: 60 });
  const theirs = childOf(base, { region: 'eu-central-1', seed: 3 });

  it('finds a write of its own region that the winner does not include', () => {
    expect(lostWrite({ before: ours, after: theirs, atMs: nowMs }, west)).toBe(ours);
  });

  it('leaves what another region wrote to that one, unless it has left the topology', () => {
    const change = { before: ours, after: theirs, atMs: nowMs };
    expect(lostWrite(change, { region: 'us-east-1', regions })).toBeUndefined();
    expect(lostWrite(change, { region: 'us-east-1', regions: ['eu-central-1', 'us-east-1'] })).toBe(ours);
  });

  it('finds nothing when the winner descends from the loser, directly or with writes in between', () => {
    const next = childOf(ours, { region: 'eu-central-1' });
    expect(lostWrite({ before: ours, after: next, atMs: nowMs }, west)).toBeUndefined();
    const later = childOf(childOf(next, { region: 'us-east-1' }), { region: 'eu-central-1', seed: 8 });
    expect(lostWrite({ before: ours, after: later, atMs: nowMs }, west)).toBeUndefined();
  });

  it('finds nothing when the same keyed write took its own place', () => {
    const twin = { ...ours, region: 'eu-central-1', updatedAt: theirs.updatedAt };
    expect(lostWrite({ before: ours, after: twin, atMs: nowMs }, west)).toBeUndefined();
  });

  it('finds a write until the second in which it expires', () => {
    const at = (afterMs: number) => ({ ...theirs, updatedAt: new Date(nowMs + afterMs).toISOString() });
    expect(lostWrite({ before: ours, after: at(59_999), atMs: nowMs + 90_000 }, west)).toBe(ours);
    expect(lostWrite({ before: ours, after: at(60_000), atMs: nowMs + 90_000 }, west)).toBeUndefined();
  });

  it('finds what had expired by the clock of the winner alone, which is ahead', () => {
    const ahead = { ...theirs, updatedAt: new Date(nowMs + 3_600_000).toISOString() };
    const change = { before: ours, after: ahead, atMs: nowMs + 1_000 };
    expect(lostWrite(change, west)).toBe(ours);
    expect(isQuiet(change)).toBe(false);
    expect(lostWrite({ ...change, atMs: nowMs + 3_600_000 }, west)).toBeUndefined();
  });

  it('finds quietly what had expired and still knew idempotency keys', () => {
    const identity = {
      key: 'k',
      request: 'r',
      keyMs: nowMs,
      until: nowMs / 1000 + 600,
      dot: 5,
      hasRecord: false,
    };
    const keyed = { ...ours, keyedWrites: [keyedWriteOf(identity, ours)] };
    const after = { ...theirs, updatedAt: new Date(nowMs + 70_000).toISOString() };
    const change = { before: keyed, after, atMs: nowMs + 80_000 };
    expect(lostWrite(change, west)).toBe(keyed);
    expect(isQuiet(change)).toBe(true);
  });

  it('finds a live write that was removed, not one that had expired', () => {
    expect(lostWrite({ before: ours, atMs: nowMs + 59_999 }, west)).toBe(ours);
    expect(lostWrite({ before: ours, atMs: nowMs + 60_000 }, west)).toBeUndefined();
  });

  it('finds a deletion that an update beat, and an update that a deletion beat', () => {
    const deletion = childOf(base, { seed: 4, content: 'tombstone' });
    expect(lostWrite({ before: deletion, after: theirs, atMs: nowMs }, west)).toBe(deletion);
    const theirDeletion = childOf(base, { region: 'eu-central-1', seed: 5, content: 'tombstone' });
    expect(lostWrite({ before: ours, after: theirDeletion, atMs: nowMs }, west)).toBe(ours);
  });

  it('finds quietly what only sessions have to hear of', () => {
    const deletion = childOf(base, { seed: 4, content: 'tombstone' });
    const theirDeletion = childOf(base, { region: 'eu-central-1', seed: 5, content: 'tombstone' });
    expect(lostWrite({ before: deletion, after: theirDeletion, atMs: nowMs }, west)).toBe(deletion);
    expect(isQuiet({ before: deletion, after: theirDeletion, atMs: nowMs })).toBe(true);
    expect(lostWrite({ before: deletion, atMs: nowMs }, west)).toBe(deletion);
    expect(isQuiet({ before: deletion, atMs: nowMs })).toBe(true);
    // The same keyed write, made here on top of a write that the other region had not heard of.
    const twin = { ...theirs, dot: ours.dot };
    const onTop = { ...ours, history: [...ours.history, 77] };
    expect(lostWrite({ before: onTop, after: twin, atMs: nowMs }, west)).toBe(onTop);
    expect(isQuiet({ before: onTop, after: twin, atMs: nowMs })).toBe(true);
    for (const [lost, winner] of [
      [ours, theirs],
      [ours, undefined],
      [deletion, theirs],
      [ours, theirDeletion],
    ] as const)
      expect(isQuiet({ before: lost, ...(winner && { after: winner }), atMs: nowMs })).toBe(false);
  });
});
