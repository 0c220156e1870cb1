import { describe, expect, it } from 'vitest';
import { type EvacuationReadOptions, evacuationWindowMs } from '../../src/domain/evacuation.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { type MemoryEvacuationStore, memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { by, cause, evacuatorUnderTest, order, regions } from './evacuator-under-test.ts';
import { manualClock } from './manual-clock.ts';

describe('createRegionEvacuator() evacuates', () => {
  it('a peer from now on, for the time asked, with who, why and where', async () => {
    const { clock, evacuator, read, inForce } = evacuatorUnderTest();
    const evacuation = await evacuator.evacuate(order);
    expect(evacuation).toStrictEqual({
      ...{ id: 'eu-west-1-1', act: 'evacuate', target: 'eu-central-1', by, askedIn: 'eu-west-1' },
      ...{ reason: 'bad deployment', atMs: clock.nowMs(), issuedAtMs: clock.nowMs() },
      ...{ expiresAtMs: clock.nowMs() + 600_000, over: {} },
    });
    expect(await read()).toStrictEqual([evacuation]);
    expect([...(await inForce()).keys()]).toStrictEqual(['eu-central-1']);
    clock.advance(600_000);
    expect((await inForce()).size).toBe(0);
  });

  it('by the entry of the trail that says so, in one write', async () => {
    const { store, evacuator } = evacuatorUnderTest();
    const evacuation = await evacuator.evacuate(order);
    expect(await store.readTrail(5)).toStrictEqual({ entries: [evacuation], unreadable: [] });
    expect(store.calls.slice(0, 2)).toStrictEqual(['read', 'add']);
  });

  it('nobody when the trail cannot be written', async () => {
    const { store, evacuator } = evacuatorUnderTest();
    const failure = new PlatformError('table-unavailable', 'down');
    const unwritable = { ...store, add: () => Promise.reject(failure) };
    const { evacuator: blind } = evacuatorUnderTest({ store: unwritable });
    await expect(blind.evacuate(order)).rejects.toBe(failure);
    await expect(blind.restore(order)).rejects.toBe(failure);
    expect((await evacuator.list(5)).evacuations).toStrictEqual([]);
  });

  it('and names what it knows to be over, so that the entry is judged by that wherever it arrives', async () => {
    const { clock, store, evacuator } = evacuatorUnderTest();
    const { evacuator: central } = evacuatorUnderTest({ region: 'eu-central-1', store, clock });
    const first = await evacuator.evacuate(order);
    clock.advance(1_000);
    await evacuator.restore(order);
    const second = await central.evacuate({ ...order, target: 'us-east-1' });
    clock.advance(1_000);
    const third = await central.evacuate({ ...order, target: 'eu-west-1' });
    expect(third.over).toStrictEqual({ 'eu-central-1': first.atMs });
    clock.advance(1_000);
    const renewed = await central.evacuate({ ...order, target: 'us-east-1' });
    expect(renewed.over).toStrictEqual({ 'eu-central-1': first.atMs, 'us-east-1': second.atMs });
  });

  it('after all that it knows, although its clock is behind', async () => {
    const { clock, store, evacuator, inForce } = evacuatorUnderTest();
    const ahead = manualClock(clock.nowMs() + 60_000);
    const { evacuator: central } = evacuatorUnderTest({ region: 'us-east-1', store, clock: ahead });
    const { atMs } = await central.evacuate(order);
    await evacuator.restore(order);
    expect((await inForce()).size).toBe(0);
    expect(store.entries[1]?.atMs).toBe(atMs + 1);
    expect(await evacuator.evacuate(order)).toMatchObject({
      ...{ atMs: atMs + 2, issuedAtMs: atMs + 2, expiresAtMs: clock.nowMs() + 600_000 },
    });
    expect([...(await inForce()).keys()]).toStrictEqual(['eu-central-1']);
  });

  it('again, with reason and expiry anew, without losing its place among others', async () => {
    const { clock, evacuator, inForce } = evacuatorUnderTest();
    const first = await evacuator.evacuate(order);
    clock.advance(1_000);
    const second = await evacuator.evacuate({ ...order, reason: 'still bad', expiresInSeconds: 60 });
    expect(second).toStrictEqual({
      ...{ ...first, id: 'eu-west-1-2', reason: 'still bad', expiresAtMs: clock.nowMs() + 60_000 },
      ...{ atMs: clock.nowMs(), over: { 'eu-central-1': first.atMs } },
    });
    expect([...(await inForce()).values()]).toStrictEqual([second]);
  });

  it('again for days on end, with a new place before old entries stop to matter', async () => {
    const { clock, evacuator, inForce } = evacuatorUnderTest();
    const places = new Set<number>();
    for (let day = 0; day < 20; day++) {
      const { issuedAtMs } = await evacuator.evacuate({ ...order, expiresInSeconds: 86_400 });
      places.add(issuedAtMs);
      expect(clock.nowMs() - issuedAtMs).toBeLessThan(evacuationWindowMs - 2 * 86_400_000);
      clock.advance(86_399_999);
      expect([...(await inForce()).keys()]).toStrictEqual(['eu-central-1']);
    }
    expect(places.size).toBeGreaterThan(2);
  });

  it('anew after it was restored or had expired, from then on', async () => {
    const { clock, evacuator } = evacuatorUnderTest();
    await evacuator.evacuate(order);
    clock.advance(1_000);
    await evacuator.restore(order);
    const second = await evacuator.evacuate(order);
    expect(second.issuedAtMs).toBe(second.atMs);
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
  const untouched = ({ calls }: MemoryEvacuationStore) => expect(calls).not.toContain('add');

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
    expect(store.entries).toHaveLength(1);
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
    const ended = { by: 'arn:lee', atMs: clock.nowMs() };
    const { evacuations } = await evacuator.list(5);
    expect(evacuations).toStrictEqual([{ ...evacuation, inForce: false, ended }]);
    expect(await store.readTrail(1)).toMatchObject({
      entries: [
        {
          ...{ id: 'eu-central-1-1', act: 'restore', target: 'eu-central-1', by: 'arn:lee' },
          ...{ askedIn: 'eu-central-1', atMs: clock.nowMs() },
        },
      ],
    });
  });

  it('again without harm, and tells who ended it first', async () => {
    const { clock, evacuator, inForce } = evacuatorUnderTest();
    await evacuator.evacuate(order);
    clock.advance(1);
    await evacuator.restore(order);
    const endedAtMs = clock.nowMs();
    clock.advance(1);
    await evacuator.restore({ ...order, by: 'arn:lee' });
    expect((await evacuator.list(5)).evacuations).toMatchObject([{ ended: { by, atMs: endedAtMs } }]);
    expect((await inForce()).size).toBe(0);
  });

  it('a region of whose evacuation it has not heard yet: what arrives later is before it', async () => {
    const { clock, store, evacuator, inForce } = evacuatorUnderTest();
    const { evacuator: peer, store: elsewhere } = evacuatorUnderTest({ region: 'us-east-1', clock });
    await peer.evacuate(order);
    clock.advance(1);
    await evacuator.restore(order);
    for (const entry of elsewhere.entries) await store.add(entry);
    expect((await inForce()).size).toBe(0);
    expect((await evacuator.list(5)).evacuations).toMatchObject([{ inForce: false, ended: { by } }]);
  });
});

describe('createRegionEvacuator() lists', () => {
  it('every region’s last evacuation by name, whether it is in force, and the audit trail', async () => {
    const { clock, evacuator } = evacuatorUnderTest();
    await evacuator.evacuate({ ...order, target: 'us-east-1', expiresInSeconds: 60 });
    clock.advance(60_000);
    await evacuator.evacuate(order);
    const { evacuations, trail } = await evacuator.list(1);
    expect(evacuations).toMatchObject([
      { target: 'eu-central-1', inForce: true },
      { target: 'us-east-1', inForce: false },
    ]);
    expect(trail).toMatchObject({ entries: [{ target: 'eu-central-1' }] });
  });

  it('an evacuation that would leave no region as not in force', async () => {
    const { clock, store, evacuator } = evacuatorUnderTest({ among: ['eu-west-1', 'eu-central-1'] });
    await evacuator.evacuate(order);
    // As it comes from a region that could not see the first.
    const issuedAtMs = clock.nowMs() + 1;
    await store.add({
      ...{ id: 'x', act: 'evacuate', target: 'eu-west-1', reason: 'r', by, askedIn: 'eu-central-1' },
      ...{ atMs: issuedAtMs, issuedAtMs, expiresAtMs: issuedAtMs + 60_000, over: {} },
    });
    expect((await evacuator.list(5)).evacuations).toMatchObject([
      { target: 'eu-central-1', inForce: true },
      { target: 'eu-west-1', inForce: false },
    ]);
  });
});
