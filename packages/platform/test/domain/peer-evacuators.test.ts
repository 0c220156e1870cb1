import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { evacuatorUnderTest, order, regions } from './evacuator-under-test.ts';
import { manualClock } from './manual-clock.ts';

describe('createRegionEvacuator() in a partition', () => {
  const two = ['eu-west-1', 'eu-central-1'];

  it('lets each region evacuate the other, of which the older holds everywhere once both are seen', async () => {
    const clock = manualClock();
    const west = evacuatorUnderTest({ region: 'eu-west-1', among: two, clock });
    const central = evacuatorUnderTest({ region: 'eu-central-1', among: two, clock });
    const older = await west.evacuator.evacuate({ ...order, target: 'eu-central-1' });
    clock.advance(1);
    const younger = await central.evacuator.evacuate({
      ...order,
      target: 'eu-west-1',
      expiresInSeconds: 900,
    });
    expect([...(await west.inForce()).keys()]).toStrictEqual(['eu-central-1']);
    expect([...(await central.inForce()).keys()]).toStrictEqual(['eu-west-1']);
    // Replication: records of different keys, so both replicas hold both.
    await west.store.keep(younger);
    await central.store.keep(older);
    for (const { inForce } of [west, central]) {
      expect([...(await inForce()).keys()]).toStrictEqual(['eu-central-1']);
    }
    await expect(central.evacuator.evacuate({ ...order, target: 'eu-west-1' })).rejects.toMatchObject({
      code: 'evacuation-refused',
    });
    // A renewal of the older must not hand its place to the younger.
    clock.advance(60_000);
    await west.evacuator.evacuate({ ...order, target: 'eu-central-1' });
    expect([...(await west.inForce()).keys()]).toStrictEqual(['eu-central-1']);
  });
});

describe('createRegionEvacuator() over one replica', () => {
  const acts = fc.array(
    fc.record({
      region: fc.constantFrom(...regions),
      target: fc.constantFrom(...regions),
      act: fc.constantFrom('evacuate', 'evacuate', 'restore'),
      expiresInSeconds: fc.constantFrom(60, 120, 300),
      waitMs: fc.constantFrom(0, 1, 60_000),
    }),
    { maxLength: 25 },
  );

  it('keeps its word: what it does not refuse is in force, and the region that was asked stays in service', async () => {
    await fc.assert(
      fc.asyncProperty(acts, fc.subarray(regions, { minLength: 2 }), async (script, among) => {
        const clock = manualClock();
        const store = memoryEvacuationStore();
        for (const { region, target, act, expiresInSeconds, waitMs } of script) {
          if (!among.includes(region) || !among.includes(target)) continue;
          const { evacuator, inForce } = evacuatorUnderTest({ region, among, clock, store });
          const before = await inForce();
          const done = await evacuator[act as 'evacuate']({ ...order, target, expiresInSeconds }).then(
            () => true,
            () => false,
          );
          const after = await inForce();
          const isPossible = act === 'restore' || (region !== target && !before.has(region));
          expect(done).toBe(isPossible);
          if (done) expect(after.has(target)).toBe(act === 'evacuate');
          // Nobody else is put in or taken out by it.
          const others = (each: typeof before) =>
            [...each.keys()].filter((name) => name !== target).toSorted();
          expect(others(after)).toStrictEqual(others(before));
          expect(after.size).toBeLessThan(among.length);
          clock.advance(waitMs);
        }
      }),
      { numRuns: 200 },
    );
  });
});
