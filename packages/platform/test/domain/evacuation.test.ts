import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Evacuation, evacuationsInForce } from '../../src/domain/evacuation.ts';

const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
const two = ['eu-west-1', 'eu-central-1'];
const nowMs = 1_000;

function of(target: string, rest: Partial<Evacuation> = {}): Evacuation {
  return {
    ...{ target, reason: 'r', issuedBy: 'a', issuedIn: 'x', issuedAtMs: 500, expiresAtMs: 2_000, ...rest },
  };
}

function inForce(evacuations: readonly Evacuation[], { among = two, atMs = nowMs } = {}): string[] {
  return [...evacuationsInForce(evacuations, { regions: among, nowMs: atMs }).keys()];
}

// Few times and regions, so that ties, expiries and crowds are common; at most one evacuation for each region.
const evacuationArbitrary = fc
  .record({
    target: fc.constantFrom(...regions, 'ap-south-1'),
    issuedAtMs: fc.integer({ min: 0, max: 3 }),
    expiresAtMs: fc.integer({ min: nowMs - 2, max: nowMs + 2 }),
    isEnded: fc.boolean(),
  })
  .map(({ target, issuedAtMs, expiresAtMs, isEnded }) =>
    of(target, { issuedAtMs, expiresAtMs, ...(isEnded ? { ended: { by: 'b', atMs: 600 } } : {}) }),
  );
const recordsArbitrary = fc.uniqueArray(evacuationArbitrary, { selector: ({ target }) => target });
const regionsArbitrary = fc.subarray(regions, { minLength: 1 });

describe('evacuationsInForce()', () => {
  it('gives the evacuation itself, by its region', () => {
    const evacuation = of('eu-west-1');
    expect([...evacuationsInForce([evacuation], { regions: two, nowMs })]).toStrictEqual([
      ['eu-west-1', evacuation],
    ]);
  });

  it('leaves a region in service, whatever the records', () => {
    fc.assert(
      fc.property(recordsArbitrary, regionsArbitrary, (records, among) => {
        expect(inForce(records, { among }).length).toBeLessThan(among.length);
      }),
    );
  });

  it('decides alike in whichever order records and regions are given', () => {
    const shuffled = recordsArbitrary.chain((records) =>
      fc.tuple(
        fc.constant(records),
        fc.shuffledSubarray(records, { minLength: records.length }),
        fc.shuffledSubarray(regions, { minLength: regions.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([records, others, among]) => {
        const one = evacuationsInForce(records, { regions, nowMs });
        const other = evacuationsInForce(others, { regions: among, nowMs });
        expect([...other]).toStrictEqual([...one]);
      }),
    );
  });

  it('changes nothing that it is given', () => {
    const records = Object.freeze([
      of('eu-central-1', { issuedAtMs: 2 }),
      of('eu-west-1', { issuedAtMs: 1 }),
    ]);
    expect(inForce(records)).toStrictEqual(['eu-west-1']);
  });

  it('holds every due evacuation unless it would take the last region, as a model says', () => {
    fc.assert(
      fc.property(recordsArbitrary, (records) => {
        const due = records
          .filter(({ target }) => regions.includes(target))
          .filter(({ ended, expiresAtMs }) => ended === undefined && nowMs < expiresAtMs)
          .map(({ issuedAtMs, target }) => `${issuedAtMs} ${target}`)
          .toSorted()
          .map((line) => line.slice(2));
        expect(inForce(records, { among: regions })).toStrictEqual(due.slice(0, regions.length - 1));
      }),
    );
  });

  it.each([
    ['before its expiry', 1_999, ['eu-west-1']],
    ['at its expiry', 2_000, []],
    ['after it', 2_001, []],
  ])('tells of an evacuation %s: %j', (_when, atMs, expected) => {
    expect(inForce([of('eu-west-1')], { atMs })).toStrictEqual(expected);
  });

  it('holds an evacuation that a clock ahead of this one has issued', () => {
    expect(inForce([of('eu-west-1', { issuedAtMs: nowMs + 50 })])).toStrictEqual(['eu-west-1']);
  });

  it('takes an ended evacuation, and one of a region that has left, for none', () => {
    expect(inForce([of('eu-west-1', { ended: { by: 'b', atMs: 9_999 } })])).toStrictEqual([]);
    expect(inForce([of('us-east-1', { issuedAtMs: 1 }), of('eu-west-1')])).toStrictEqual(['eu-west-1']);
  });

  it('prefers the older of two that would take both regions, and the name when they are as old', () => {
    const older = of('eu-west-1', { issuedAtMs: 400 });
    expect(inForce([of('eu-central-1'), older])).toStrictEqual(['eu-west-1']);
    expect(inForce([of('eu-west-1'), of('eu-central-1')])).toStrictEqual(['eu-central-1']);
  });

  it('lets the younger take effect once the older has ended', () => {
    const older = of('eu-west-1', { issuedAtMs: 400, expiresAtMs: 1_500 });
    expect(inForce([of('eu-central-1'), older], { atMs: 1_500 })).toStrictEqual(['eu-central-1']);
  });

  it('evacuates no region of a stage that has one', () => {
    expect(inForce([of('eu-west-1')], { among: ['eu-west-1'] })).toStrictEqual([]);
  });
});
