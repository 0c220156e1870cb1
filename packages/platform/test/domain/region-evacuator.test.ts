import { describe, expect, it } from 'vitest';
import type { EvacuationReadOptions } from '../../src/domain/evacuation.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { type MemoryEvacuationStore, memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { by, cause, evacuatorUnderTest, order, regions } from './evacuator-under-test.ts';
import { manualClock } from './manual-clock.ts';

describe('createRegionEvacuator() evacuates', () => {
  it('a peer from now on, for the time asked, with who, why and where', async () => {
    const { clock, evacuator, read, inForce } = evacuatorUnderTest();
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
    const { clock, store, evacuator } = evacuatorUnderTest();
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
    const { store, evacuator } = evacuatorUnderTest();
    const failure = new PlatformError('table-unavailable', 'down');
    const unaudited = { ...store, audit: () => Promise.reject(failure) };
    const { evacuator: blind } = evacuatorUnderTest({ store: unaudited });
    await expect(blind.evacuate(order)).rejects.toBe(failure);
    await expect(blind.restore(order)).rejects.toBe(failure);
    expect(store.calls).not.toContain('keep');
    expect((await evacuator.list(5)).evacuations).toStrictEqual([]);
  });

  it('again, with reason and expiry anew, without losing its place among others', async () => {
    const { clock, evacuator, inForce } = evacuatorUnderTest();
    const first = await evacuator.evacuate(order);
    clock.advance(1_000);
    const second = await evacuator.evacuate({ ...order, reason: 'still bad', expiresInSeconds: 60 });
    expect(second).toStrictEqual({
      ...{ ...first, reason: 'still bad', expiresAtMs: clock.nowMs() + 60_000 },
    });
    expect([...(await inForce()).values()]).toStrictEqual([second]);
  });

  it('anew after it was restored or had expired, from then on', async () => {
    const { clock, evacuator } = evacuatorUnderTest();
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
    const { evacuator } = evacuatorUnderTest({ store: { ...memory, read } });
    await evacuator.evacuate(order);
    await evacuator.restore(order);
    await evacuator.list(5);
    expect(reads.map(({ isConsistent }) => isConsistent)).toStrictEqual([true, true, true]);
  });

  it('within the time of the caller', async () => {
    const { evacuator } = evacuatorUnderTest();
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
    const { store, evacuator } = evacuatorUnderTest();
    const unknown = { ...order, target: 'eu-west-9' };
    const error = { code: 'unknown-region', message: expect.stringContaining(regions.join(', ')) };
    await expect(evacuator.evacuate(unknown)).rejects.toMatchObject(error);
    await expect(evacuator.restore(unknown)).rejects.toMatchObject(error);
    untouched(store);
  });

  it('to evacuate itself', async () => {
    const { store, evacuator } = evacuatorUnderTest();
    const error = { code: 'evacuation-refused', message: expect.stringContaining('was asked itself') };
    await expect(evacuator.evacuate({ ...order, target: 'eu-west-1' })).rejects.toMatchObject(error);
    untouched(store);
  });

  it('while it is evacuated itself, until that ends', async () => {
    const { clock, store, evacuator } = evacuatorUnderTest();
    const { evacuator: peer } = evacuatorUnderTest({ region: 'us-east-1', store, clock });
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
    const { store, evacuator } = evacuatorUnderTest({ isWell: false });
    await expect(evacuator.evacuate(order)).rejects.toMatchObject({
      ...{ code: 'evacuation-refused', message: expect.stringContaining('table-write-timeout') },
      cause: [cause],
    });
    untouched(store);
  });

  it('to take the last region out of service, whoever is asked', async () => {
    const clock = manualClock();
    const store = memoryEvacuationStore();
    const at = (region: string) => evacuatorUnderTest({ region, store, clock }).evacuator;
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
    const { clock, store, evacuator, inForce } = evacuatorUnderTest();
    const { evacuator: evacuated } = evacuatorUnderTest({
      region: 'eu-central-1',
      store,
      clock,
      isWell: false,
    });
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
    const { clock, evacuator, read, inForce } = evacuatorUnderTest();
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
    const { clock, evacuator, read, inForce } = evacuatorUnderTest();
    await evacuator.restore(order);
    expect(await read()).toMatchObject([
      { target: 'eu-central-1', expiresAtMs: clock.nowMs(), ended: { by, atMs: clock.nowMs() } },
    ]);
    expect((await inForce()).size).toBe(0);
  });
});

describe('createRegionEvacuator() lists', () => {
  it('every region’s last evacuation by name, whether it is in force, and the audit trail', async () => {
    const { clock, evacuator } = evacuatorUnderTest();
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
    const { clock, store, evacuator } = evacuatorUnderTest({ among: ['eu-west-1', 'eu-central-1'] });
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
