// Goal: what operators of regions that do not always hear of each other can bring about. Method: the real evacuators, each
// over a replica of its own; which entry arrives where, and when, is drawn.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EvacuationEntry, evacuationsInForce } from '../../src/domain/evacuation.ts';
import { memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { evacuatorUnderTest, order, regions } from './evacuator-under-test.ts';
import { manualClock } from './manual-clock.ts';

const two = ['eu-west-1', 'eu-central-1'];
const four = [...regions, 'ap-south-1'];
const dayS = 86_400;

/** Regions with a replica each, between which entries travel only when told to. */
function cutRegions(among: readonly string[], skewsMs: readonly number[] = []) {
  const clock = manualClock();
  const replicas = among.map((region, index) => {
    const nowMs = () => clock.nowMs() + (skewsMs[index] ?? 0);
    const own = Object.assign(manualClock(), { nowMs });
    const store = memoryEvacuationStore({ clock: own });
    return { region, ...evacuatorUnderTest({ region, among, clock: own, store }) };
  });
  type Replica = (typeof replicas)[number];
  /** Entries that one has and the other has not. */
  const underWay = (from: Replica, to: Replica) =>
    from.store.entries.filter(({ id }) => !to.store.entries.some((known) => known.id === id));
  const deliver = (entry: EvacuationEntry, to: Replica) => to.store.add(entry);
  const heal = async () => {
    for (const from of replicas)
      for (const to of replicas) for (const entry of underWay(from, to)) await deliver(entry, to);
  };
  const out = async ({ inForce }: Replica) => [...(await inForce()).keys()].toSorted();
  return { clock, replicas, underWay, deliver, heal, out };
}

async function mutualEvacuation() {
  const cut = cutRegions(two);
  const [west, central] = cut.replicas;
  if (west === undefined || central === undefined) throw new Error('two regions are needed');
  await west.evacuator.evacuate({ ...order, target: 'eu-central-1', expiresInSeconds: 1_800 });
  cut.clock.advance(1_000);
  await central.evacuator.evacuate({ ...order, target: 'eu-west-1', expiresInSeconds: dayS });
  const everywhere = async (expected: readonly string[]) => {
    for (const each of [west, central]) expect(await cut.out(each)).toStrictEqual(expected);
  };
  return { ...cut, west, central, everywhere };
}

describe('createRegionEvacuator() in two regions that cannot see each other', () => {
  it('lets each evacuate the other, of which the older holds everywhere once both are seen', async () => {
    const { west, central, out, heal, everywhere, clock } = await mutualEvacuation();
    expect(await out(west)).toStrictEqual(['eu-central-1']);
    expect(await out(central)).toStrictEqual(['eu-west-1']);
    await heal();
    await everywhere(['eu-central-1']);
    await expect(central.evacuator.evacuate({ ...order, target: 'eu-west-1' })).rejects.toMatchObject({
      code: 'evacuation-refused',
    });
    // A renewal of the older must not hand its place to the younger.
    clock.advance(60_000);
    await west.evacuator.evacuate({ ...order, target: 'eu-central-1' });
    await heal();
    await everywhere(['eu-central-1']);
  });

  it.each(['eu-west-1', 'eu-central-1'])(
    'takes nobody else out when the one that is out is restored, asked in %s',
    async (asked) => {
      const { west, central, heal, everywhere, out } = await mutualEvacuation();
      await heal();
      const peer = asked === 'eu-west-1' ? west : central;
      await peer.evacuator.restore({ ...order, target: 'eu-central-1' });
      expect(await out(peer)).toStrictEqual([]);
      await heal();
      await everywhere([]);
      expect((await peer.evacuator.list(5)).evacuations).toMatchObject([
        { target: 'eu-central-1', inForce: false, ended: { by: order.by } },
        { target: 'eu-west-1', inForce: false },
      ]);
    },
  );

  it('takes nobody else out when the evacuation of the one that is out expires', async () => {
    const { heal, everywhere, clock } = await mutualEvacuation();
    await heal();
    clock.advance(1_798_999);
    await everywhere(['eu-central-1']);
    for (const byMs of [1, 1, 60_000, 3_600_000, 20 * 3_600_000]) {
      clock.advance(byMs);
      await everywhere([]);
    }
  });

  it('evacuates the one whose evacuation was void when an operator wants that', async () => {
    const { central, heal, everywhere } = await mutualEvacuation();
    await heal();
    await central.evacuator.restore({ ...order, target: 'eu-central-1' });
    await central.evacuator.evacuate({ ...order, target: 'eu-west-1' });
    await heal();
    await everywhere(['eu-west-1']);
  });

  it('keeps a void evacuation void while the other is renewed for longer than entries matter', async () => {
    const { west, central, heal, everywhere, clock } = await mutualEvacuation();
    await heal();
    for (let day = 0; day < 12; day++) {
      await west.evacuator.evacuate({ ...order, target: 'eu-central-1', expiresInSeconds: dayS });
      await heal();
      clock.advance(dayS * 1000 - 1);
      await everywhere(['eu-central-1']);
    }
    await central.evacuator.restore({ ...order, target: 'eu-central-1' });
    await heal();
    await everywhere([]);
  });
});

/** What happens: an act in a region, an entry that arrives, or time that passes. */
type Step =
  | { readonly kind: 'evacuate'; readonly region: number; readonly target: number; readonly forS: number }
  | { readonly kind: 'restore'; readonly region: number; readonly target: number }
  | { readonly kind: 'deliver'; readonly from: number; readonly to: number; readonly which: number }
  | { readonly kind: 'heal' }
  | { readonly kind: 'pass'; readonly forS: number };

const index = fc.nat(3);
const evacuate = fc.record({
  ...{ kind: fc.constant('evacuate' as const), region: index, target: index },
  forS: fc.constantFrom(60, 1_800, dayS),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: evacuate, weight: 4 },
  fc.record({ kind: fc.constant('restore' as const), region: index, target: index }),
  {
    arbitrary: fc.record({ kind: fc.constant('deliver' as const), from: index, to: index, which: fc.nat(7) }),
    weight: 6,
  },
  fc.record({ kind: fc.constant('heal' as const) }),
  fc.record({ kind: fc.constant('pass' as const), forS: fc.constantFrom(1, 59, 1_800, 40_000, dayS) }),
);

type CutRegions = ReturnType<typeof cutRegions>;

/** Carries out a step; a region that does not exist is one that does. */
async function take(step: Step, { clock, replicas, underWay, deliver, heal }: CutRegions): Promise<void> {
  const at = (place: number) => {
    const replica = replicas[place % replicas.length];
    if (replica === undefined) throw new Error('a stage has regions');
    return replica;
  };
  if (step.kind === 'pass') clock.advance(step.forS * 1000);
  else if (step.kind === 'heal') await heal();
  else if (step.kind === 'deliver') {
    const entries = underWay(at(step.from), at(step.to));
    const entry = entries[step.which % entries.length];
    if (entry !== undefined) await deliver(entry, at(step.to));
  } else {
    const { region: target } = at(step.target);
    const { evacuator } = at(step.region);
    if (step.kind === 'restore') await evacuator.restore({ ...order, target });
    // Refusals are tested elsewhere.
    else await evacuator.evacuate({ ...order, target, expiresInSeconds: step.forS }).catch(() => {});
  }
}

describe('createRegionEvacuator() in regions that hear of each other in any order', () => {
  it('takes a region out by an evacuation of it alone, never by one that was void, and leaves one in service', async () => {
    const skews = fc.array(fc.integer({ min: -240_000, max: 240_000 }), { minLength: 4, maxLength: 4 });
    const counts = fc.integer({ min: 2, max: 4 });
    await fc.assert(
      fc.asyncProperty(counts, skews, fc.array(step, { maxLength: 40 }), async (count, skewsMs, steps) => {
        const among = four.slice(0, count);
        const cut = cutRegions(among, skewsMs);
        const memory = cut.replicas.map(() => ({
          out: [] as string[],
          known: 0,
          dormant: new Set<string>(),
        }));
        for (const each of steps) {
          await take(each, cut);
          for (const [place, { store, inForce }] of cut.replicas.entries()) {
            const before = memory[place];
            if (before === undefined) continue;
            const { entries } = store;
            const found = await inForce();
            const wentOut = [...found.keys()].filter((region) => !before.out.includes(region));
            const evacuations = entries.filter(({ act }) => act === 'evacuate');
            const arrived = entries.slice(before.known).filter((entry) => evacuations.includes(entry));
            expect(arrived.map(({ target }) => target)).toStrictEqual(expect.arrayContaining(wentOut));
            expect(found.size).toBeLessThan(count);
            for (const { id } of found.values()) expect(before.dormant.has(id)).toBe(false);
            for (const { id, target } of evacuations) if (!found.has(target)) before.dormant.add(id);
            Object.assign(before, { out: [...found.keys()], known: entries.length });
          }
        }
        await cut.heal();
        const at = { regions: among, nowMs: cut.clock.nowMs() };
        const decisions = cut.replicas.map(({ store }) => evacuationsInForce(store.entries, at));
        for (const decision of decisions) expect(new Map(decision)).toStrictEqual(new Map(decisions[0]));
      }),
      { numRuns: 500 },
    );
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
