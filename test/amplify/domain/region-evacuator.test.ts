import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evacuationsInForce } from '../../../amplify/domain/evacuation.ts';
import type { EvacuationReadOptions } from '../../../amplify/domain/evacuation-store.ts';
import type { HealthMonitor } from '../../../amplify/domain/health-monitor.ts';
import { PlatformError } from '../../../amplify/domain/platform-error.ts';
import { createRegionEvacuator } from '../../../amplify/domain/region-evacuator.ts';
import { type MemoryEvacuationStore, memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
const by = 'arn:aws:iam::123456789012:user/kim';
const order = { target: 'eu-central-1', by, reason: 'bad deployment', expiresInSeconds: 600 };
const cause = new Error('connect ECONNREFUSED');

interface SetUp {
  readonly region?: string;
  readonly among?: readonly string[];
  readonly isWell?: boolean;
  readonly clock?: ManualClock;
  readonly store?: MemoryEvacuationStore;
}

function monitorThat(isWell: boolean): HealthMonitor {
  const causes = isWell ? [] : [cause];
  const reasons = isWell ? [] : ['table-write-timeout'];
  return async () => ({ ok: isWell, reasons, checkedAtMs: 0, latencyMs: 1, causes });
}

function setUp(options: SetUp = {}) {
  const { region = 'eu-west-1', among = regions, isWell = true, clock = manualClock() } = options;
  const { store = memoryEvacuationStore() } = options;
  let ids = 0;
  const newId = () => `${region}-${++ids}`;
  const evacuator = createRegionEvacuator({
    ...{ store, monitor: monitorThat(isWell), region, regions: among, clock, newId },
  });
  const read = () => store.read({ isConsistent: true });
  const inForce = async () => evacuationsInForce(await read(), { regions: among, nowMs: clock.nowMs() });
  return { clock, store, evacuator, read, inForce };
}

describe('createRegionEvacuator() evacuates', () => {
  it('a peer from now on, for the time asked, with who, why and where', async () => {
    const { clock, evacuator, read, inForce } = setUp();
    const evacuation = await evacuator.evacuate(order);
    expect(evacuation).toStrictEqual({
      ...{ target: 'eu-central-1', reason: 'bad deployment', issuedBy: by, issuedIn: 'eu-west-1' },
      ...{ issuedAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + 600_000 },
    });
    expect(await read()).toStrictEqual([evacuation]);
    expect([...(await inForce()).keys()]).toStrictEqual(['eu-central-1']);
    clock.advance(600_000);
    expect((await inForce()).size).toBe(0);
  });

  it('with an entry in the audit trail, which comes before', async () => {
    const { clock, store, evacuator } = setUp();
    await evacuator.evacuate(order);
    expect(await store.readAudit(5)).toStrictEqual([
      {
        ...{ id: 'eu-west-1-1', act: 'evacuate', target: 'eu-central-1', by, askedIn: 'eu-west-1' },
        ...{ atMs: clock.nowMs(), reason: 'bad deployment', expiresAtMs: clock.nowMs() + 600_000 },
      },
    ]);
    expect(store.calls.slice(0, 3)).toStrictEqual(['read', 'audit', 'keep']);
  });

  it('nobody when the audit trail cannot be written', async () => {
    const { store, evacuator } = setUp();
    const failure = new PlatformError('table-unavailable', 'down');
    const unaudited = { ...store, audit: () => Promise.reject(failure) };
    const { evacuator: blind } = setUp({ store: unaudited });
    await expect(blind.evacuate(order)).rejects.toBe(failure);
    await expect(blind.restore(order)).rejects.toBe(failure);
    expect(store.calls).not.toContain('keep');
    expect((await evacuator.list(5)).evacuations).toStrictEqual([]);
  });

  it('again, with reason and expiry anew, without losing its place among others', async () => {
    const { clock, evacuator, inForce } = setUp();
    const first = await evacuator.evacuate(order);
    clock.advance(1_000);
    const second = await evacuator.evacuate({ ...order, reason: 'still bad', expiresInSeconds: 60 });
    expect(second).toStrictEqual({
      ...{ ...first, reason: 'still bad', expiresAtMs: clock.nowMs() + 60_000 },
    });
    expect([...(await inForce()).values()]).toStrictEqual([second]);
  });

  it('anew after it was restored or had expired, from then on', async () => {
    const { clock, evacuator } = setUp();
    await evacuator.evacuate(order);
    clock.advance(1_000);
    await evacuator.restore(order);
    const second = await evacuator.evacuate(order);
    expect(second).not.toHaveProperty('ended');
    expect(second.issuedAtMs).toBe(clock.nowMs());
    clock.advance(600_000);
    expect((await evacuator.evacuate(order)).issuedAtMs).toBe(clock.nowMs());
  });

  it('by what this region has acknowledged, not by what a read may have missed', async () => {
    const memory = memoryEvacuationStore();
    const reads: EvacuationReadOptions[] = [];
    const read = (options: EvacuationReadOptions) => {
      reads.push(options);
      return memory.read(options);
    };
    const { evacuator } = setUp({ store: { ...memory, read } });
    await evacuator.evacuate(order);
    await evacuator.restore(order);
    await evacuator.list(5);
    expect(reads.map(({ isConsistent }) => isConsistent)).toStrictEqual([true, true, true]);
  });

  it('within the time of the caller', async () => {
    const { evacuator } = setUp();
    const over = { signal: AbortSignal.abort() };
    await expect(evacuator.evacuate(order, over)).rejects.toMatchObject({ code: 'table-timeout' });
    await expect(evacuator.restore(order, over)).rejects.toMatchObject({ code: 'table-timeout' });
    await expect(evacuator.list(5, over)).rejects.toMatchObject({ code: 'table-timeout' });
  });
});

describe('createRegionEvacuator() refuses', () => {
  const untouched = ({ calls }: MemoryEvacuationStore) =>
    expect(calls.filter((call) => call === 'audit' || call === 'keep')).toStrictEqual([]);

  it('an unknown region, to evacuate and to restore', async () => {
    const { store, evacuator } = setUp();
    const unknown = { ...order, target: 'eu-west-9' };
    const error = { code: 'unknown-region', message: expect.stringContaining(regions.join(', ')) };
    await expect(evacuator.evacuate(unknown)).rejects.toMatchObject(error);
    await expect(evacuator.restore(unknown)).rejects.toMatchObject(error);
    untouched(store);
  });

  it('to evacuate itself', async () => {
    const { store, evacuator } = setUp();
    const error = { code: 'evacuation-refused', message: expect.stringContaining('was asked itself') };
    await expect(evacuator.evacuate({ ...order, target: 'eu-west-1' })).rejects.toMatchObject(error);
    untouched(store);
  });

  it('while it is evacuated itself, until that ends', async () => {
    const { clock, store, evacuator } = setUp();
    const { evacuator: peer } = setUp({ region: 'us-east-1', store, clock });
    await peer.evacuate({ ...order, target: 'eu-west-1', expiresInSeconds: 60 });
    const error = {
      code: 'evacuation-refused',
      message: expect.stringContaining('is evacuated until 2026-'),
    };
    await expect(evacuator.evacuate(order)).rejects.toMatchObject(error);
    expect(store.calls.filter((call) => call === 'keep')).toHaveLength(1);
    clock.advance(60_000);
    expect(await evacuator.evacuate(order)).toMatchObject({ target: 'eu-central-1' });
  });

  it('while its own checks fail, naming them, with their causes for the log', async () => {
    const { store, evacuator } = setUp({ isWell: false });
    await expect(evacuator.evacuate(order)).rejects.toMatchObject({
      ...{ code: 'evacuation-refused', message: expect.stringContaining('table-write-timeout') },
      cause: [cause],
    });
    untouched(store);
  });

  it('to take the last region out of service, whoever is asked', async () => {
    const clock = manualClock();
    const store = memoryEvacuationStore();
    const at = (region: string) => setUp({ region, store, clock }).evacuator;
    await at('eu-west-1').evacuate({ ...order, target: 'eu-central-1' });
    await at('eu-west-1').evacuate({ ...order, target: 'us-east-1' });
    for (const region of regions) {
      await expect(at(region).evacuate({ ...order, target: 'eu-west-1' })).rejects.toMatchObject({
        code: 'evacuation-refused',
      });
    }
  });
});

describe('createRegionEvacuator() restores', () => {
  it('a region that a peer has evacuated, also when it is asked itself, and says who did', async () => {
    const { clock, store, evacuator, inForce } = setUp();
    const { evacuator: evacuated } = setUp({ region: 'eu-central-1', store, clock, isWell: false });
    const evacuation = await evacuator.evacuate(order);
    clock.advance(5);
    await evacuated.restore({ target: 'eu-central-1', by: 'arn:lee' });
    expect((await inForce()).size).toBe(0);
    expect(await store.read({ isConsistent: true })).toStrictEqual([
      { ...evacuation, ended: { by: 'arn:lee', atMs: clock.nowMs() } },
    ]);
    expect(await store.readAudit(1)).toStrictEqual([
      {
        ...{ id: 'eu-central-1-1', act: 'restore', target: 'eu-central-1', by: 'arn:lee' },
        ...{ askedIn: 'eu-central-1', atMs: clock.nowMs() },
      },
    ]);
    const writes = store.calls.filter((call) => call === 'audit' || call === 'keep');
    expect(writes).toStrictEqual(['audit', 'keep', 'audit', 'keep']);
  });

  it('again without harm, with a record that differs each time and so is replicated', async () => {
    const { clock, evacuator, read, inForce } = setUp();
    await evacuator.evacuate(order);
    await evacuator.restore(order);
    const [first] = await read();
    clock.advance(1);
    await evacuator.restore(order);
    const [second] = await read();
    expect(second?.ended?.atMs).toBe(clock.nowMs());
    expect(second).not.toStrictEqual(first);
    expect((await inForce()).size).toBe(0);
  });

  it('a region of whose evacuation it has not heard yet: what arrives later is older and loses', async () => {
    const { clock, evacuator, read, inForce } = setUp();
    await evacuator.restore(order);
    expect(await read()).toMatchObject([
      { target: 'eu-central-1', expiresAtMs: clock.nowMs(), ended: { by, atMs: clock.nowMs() } },
    ]);
    expect((await inForce()).size).toBe(0);
  });
});

describe('createRegionEvacuator() lists', () => {
  it('every region’s last evacuation by name, whether it is in force, and the audit trail', async () => {
    const { clock, evacuator } = setUp();
    await evacuator.evacuate({ ...order, target: 'us-east-1', expiresInSeconds: 60 });
    clock.advance(60_000);
    await evacuator.evacuate(order);
    const { evacuations, audit } = await evacuator.list(1);
    expect(evacuations).toMatchObject([
      { target: 'eu-central-1', inForce: true },
      { target: 'us-east-1', inForce: false },
    ]);
    expect(audit).toMatchObject([{ target: 'eu-central-1' }]);
  });

  it('an evacuation that would leave no region as not in force', async () => {
    const { clock, store, evacuator } = setUp({ among: ['eu-west-1', 'eu-central-1'] });
    await evacuator.evacuate(order);
    // As it comes from a region that could not see the first.
    const issuedAtMs = clock.nowMs() + 1;
    await store.keep({
      ...{ target: 'eu-west-1', reason: 'r', issuedBy: by, issuedIn: 'eu-central-1', issuedAtMs },
      expiresAtMs: issuedAtMs + 60_000,
    });
    expect((await evacuator.list(5)).evacuations).toMatchObject([
      { target: 'eu-central-1', inForce: true },
      { target: 'eu-west-1', inForce: false },
    ]);
  });
});

describe('createRegionEvacuator() in a partition', () => {
  const two = ['eu-west-1', 'eu-central-1'];

  it('lets each region evacuate the other, of which the older holds everywhere once both are seen', async () => {
    const clock = manualClock();
    const west = setUp({ region: 'eu-west-1', among: two, clock });
    const central = setUp({ region: 'eu-central-1', among: two, clock });
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
          const { evacuator, inForce } = setUp({ region, among, clock, store });
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
