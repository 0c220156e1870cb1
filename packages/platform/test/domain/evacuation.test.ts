import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Evacuation,
  type EvacuationEntry,
  evacuationsInForce,
  type Restoration,
} from '../../src/domain/evacuation.ts';

const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
const two = ['eu-west-1', 'eu-central-1'];
const nowMs = 1_000;

function of(target: string, rest: Partial<Evacuation> = {}): Evacuation {
  const { atMs = 500 } = rest;
  return {
    ...{ id: `${target} ${atMs}`, act: 'evacuate', target, by: 'a', askedIn: 'x', reason: 'r', atMs },
    ...{ issuedAtMs: atMs, expiresAtMs: 2_000, over: {}, ...rest },
  };
}

function restored(target: string, atMs: number): Restoration {
  return { id: `end of ${target} ${atMs}`, act: 'restore', target, by: 'b', askedIn: 'x', atMs };
}

function inForce(entries: readonly EvacuationEntry[], { among = two, atMs = nowMs } = {}): string[] {
  return [...evacuationsInForce(entries, { regions: among, nowMs: atMs }).keys()].toSorted();
}

// Few times and regions, so that ties, expiries and crowds are common. Clocks may differ by anything.
const time = fc.oneof(fc.integer({ min: nowMs - 4, max: nowMs + 2 }), fc.constantFrom(-1e9, 1e9));
const entry: fc.Arbitrary<EvacuationEntry> = fc
  .record({
    target: fc.constantFrom(...regions, 'ap-south-1'),
    ...{ atMs: time, issuedAtMs: time, expiresAtMs: time, isRestoration: fc.boolean() },
    over: fc.option(fc.dictionary(fc.constantFrom(...regions), time), { nil: undefined }),
  })
  .map(({ target, isRestoration, over, ...times }) => {
    if (isRestoration) return restored(target, times.atMs);
    const { over: _none, ...evacuation } = of(target, times);
    return over === undefined ? evacuation : { ...evacuation, over };
  });
const entries = fc.array(entry, { maxLength: 8 });

describe('evacuationsInForce()', () => {
  it('gives the evacuation itself, by its region', () => {
    const evacuation = of('eu-west-1');
    expect([...evacuationsInForce([evacuation], { regions: two, nowMs })]).toStrictEqual([
      ['eu-west-1', evacuation],
    ]);
  });

  it('leaves a region in service, whatever the entries and the clocks that made them', () => {
    fc.assert(
      fc.property(entries, fc.subarray(regions, { minLength: 1 }), (found, among) => {
        expect(inForce(found, { among }).length).toBeLessThan(among.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('decides alike in whichever order entries and regions are given', () => {
    const shuffled = fc
      .uniqueArray(entry, { selector: ({ id }) => id, maxLength: 8 })
      .chain((found) =>
        fc.tuple(
          fc.constant(found),
          fc.shuffledSubarray(found, { minLength: found.length }),
          fc.shuffledSubarray(regions, { minLength: regions.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([found, others, among]) => {
        const one = evacuationsInForce(found, { regions, nowMs });
        const other = evacuationsInForce(others, { regions: among, nowMs });
        expect(new Map(other)).toStrictEqual(new Map(one));
      }),
    );
  });

  it('changes nothing that it is given', () => {
    const found = Object.freeze([of('eu-central-1', { atMs: 2 }), of('eu-west-1', { atMs: 1 })]);
    expect(inForce(found)).toStrictEqual(['eu-west-1']);
  });

  it.each([
    ['before its expiry', 1_999, ['eu-west-1']],
    ['at its expiry', 2_000, []],
    ['after it', 2_001, []],
  ])('tells of an evacuation %s: %j', (_when, atMs, expected) => {
    expect(inForce([of('eu-west-1')], { atMs })).toStrictEqual(expected);
  });

  it('holds an evacuation that a clock ahead of this one has issued', () => {
    expect(inForce([of('eu-west-1', { atMs: nowMs + 50 })])).toStrictEqual(['eu-west-1']);
  });

  it('takes one for ended by a restoration that is not before it, and one of a region that has left for none', () => {
    expect(inForce([of('eu-west-1'), restored('eu-west-1', 500)])).toStrictEqual([]);
    expect(inForce([of('eu-west-1'), restored('eu-west-1', 499)])).toStrictEqual(['eu-west-1']);
    expect(inForce([of('eu-west-1'), restored('eu-central-1', 900)])).toStrictEqual(['eu-west-1']);
    expect(inForce([of('us-east-1', { atMs: 1 }), of('eu-west-1')])).toStrictEqual(['eu-west-1']);
  });

  it('takes one for replaced by a later one that knew it, so that an expiry can be brought forward', () => {
    const first = of('eu-west-1', { expiresAtMs: 9_000 });
    const renewed = of('eu-west-1', { atMs: 600, issuedAtMs: 500, over: { 'eu-west-1': 500 } });
    expect(inForce([first, renewed], { atMs: 1_999 })).toStrictEqual(['eu-west-1']);
    expect(inForce([first, renewed], { atMs: 2_000 })).toStrictEqual([]);
  });

  it('prefers the older of two that would take both regions, and the name when they are as old', () => {
    const older = of('eu-west-1', { atMs: 400 });
    expect(inForce([of('eu-central-1'), older])).toStrictEqual(['eu-west-1']);
    expect(inForce([of('eu-west-1'), of('eu-central-1')])).toStrictEqual(['eu-central-1']);
  });

  it('never lets the younger take effect: neither when the older expires, nor when its region is restored', () => {
    const older = of('eu-west-1', { atMs: 400, expiresAtMs: 1_500 });
    const younger = of('eu-central-1', { expiresAtMs: 90_000 });
    expect(inForce([older, younger])).toStrictEqual(['eu-west-1']);
    for (const atMs of [1_500, 1_501, 50_000]) expect(inForce([older, younger], { atMs })).toStrictEqual([]);
    const restoration = restored('eu-west-1', 700);
    expect(inForce([older, younger, restoration])).toStrictEqual([]);
    // Nor when the region is evacuated once more, and that ends too.
    const again = of('eu-west-1', { atMs: 800, over: { 'eu-west-1': 400, 'eu-central-1': 500 } });
    const all = [older, younger, restoration, again];
    expect(inForce(all)).toStrictEqual(['eu-west-1']);
    expect(inForce([...all, restored('eu-west-1', 900)])).toStrictEqual([]);
  });

  it('lets an evacuation take effect that knew the older ones to be over', () => {
    const over = of('eu-west-1', { atMs: 400, expiresAtMs: 90_000 });
    const later = of('eu-central-1', { over: { 'eu-west-1': 400 } });
    expect(inForce([over, restored('eu-west-1', 450), later])).toStrictEqual(['eu-central-1']);
    // It tells that one to be over where the restoration has not arrived yet.
    expect(inForce([over, later])).toStrictEqual(['eu-central-1']);
  });

  it('counts an older one by when it ended, for clocks that differ by ten minutes', () => {
    const expired = of('eu-west-1', { atMs: 400, expiresAtMs: 450 });
    const soon = of('eu-central-1', { atMs: 450 + 600_000 - 1, expiresAtMs: 9e9 });
    const later = of('eu-central-1', { atMs: 450 + 600_000, expiresAtMs: 9e9 });
    expect(inForce([expired, soon], { atMs: 700_000 })).toStrictEqual([]);
    expect(inForce([expired, later], { atMs: 700_000 })).toStrictEqual(['eu-central-1']);
  });

  it('takes entries of versions up to 0.2 as they are, but for the last region', () => {
    const { over: _one, ...older } = of('eu-west-1', { atMs: 400 });
    const { over: _other, ...younger } = of('eu-central-1');
    expect(inForce([younger])).toStrictEqual(['eu-central-1']);
    expect(inForce([older, restored('eu-west-1', 450), younger])).toStrictEqual(['eu-central-1']);
    expect(inForce([older, younger])).toStrictEqual(['eu-west-1']);
  });

  it('evacuates no region of a stage that has one', () => {
    expect(inForce([of('eu-west-1')], { among: ['eu-west-1'] })).toStrictEqual([]);
  });
});
