import { describe, expect, it } from 'vitest';
import type { Evacuation, EvacuationReadOptions } from '../../src/domain/evacuation.ts';
import { createEvacuationMonitor } from '../../src/domain/evacuation-monitor.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { manualClock } from './manual-clock.ts';

const regions = ['eu-west-1', 'eu-central-1'];
const down = new PlatformError('table-unavailable', 'down');

type Read = (options: EvacuationReadOptions) => Promise<readonly Evacuation[]>;

function setUp(first: Read) {
  const clock = manualClock();
  const reads: EvacuationReadOptions[] = [];
  let read = first;
  const store = {
    read: (options: EvacuationReadOptions) => {
      reads.push(options);
      return read(options);
    },
  };
  const monitor = createEvacuationMonitor({ store, clock, regions });
  const thenRead = (next: Read) => {
    read = next;
  };
  return { clock, reads, monitor, thenRead };
}

function evacuation(clock: { nowMs(): number }, forMs = 60_000): Evacuation {
  return {
    ...{ id: 'x', act: 'evacuate', target: 'eu-central-1', reason: 'r', by: 'a', askedIn: 'eu-west-1' },
    ...{ atMs: clock.nowMs(), issuedAtMs: clock.nowMs(), expiresAtMs: clock.nowMs() + forMs, over: {} },
  };
}

const nothing: Read = async () => [];
const fail: Read = () => Promise.reject(down);

describe('createEvacuationMonitor()', () => {
  it('knows the evacuations in force, and none when there are none', async () => {
    const { clock, monitor, thenRead } = setUp(nothing);
    expect(await monitor()).toStrictEqual({ inForce: new Map() });
    const evacuated = evacuation(clock);
    thenRead(async () => [evacuated]);
    clock.advance(1_000);
    expect(await monitor()).toStrictEqual({ inForce: new Map([['eu-central-1', evacuated]]) });
  });

  it('asks its own replica alone: eventually consistent, and with a signal', async () => {
    const { monitor, reads } = setUp(nothing);
    await monitor();
    expect(reads).toStrictEqual([{ isConsistent: false, signal: expect.any(AbortSignal) }]);
  });

  it('reads once a second, however many ask', async () => {
    const { clock, monitor, reads } = setUp(nothing);
    await Promise.all(Array.from({ length: 1_000 }, monitor));
    clock.advance(999);
    await monitor();
    expect(reads).toHaveLength(1);
    clock.advance(1);
    await monitor();
    expect(reads).toHaveLength(2);
  });

  it('reads once a second while reads fail, too', async () => {
    const { clock, monitor, reads } = setUp(fail);
    for (let n = 0; n < 1_000; n++) await monitor();
    clock.advance(999);
    await monitor();
    expect(reads).toHaveLength(1);
  });

  it('ends an evacuation on time although the read that told of it is fresh', async () => {
    const { clock, monitor, thenRead, reads } = setUp(nothing);
    thenRead(async () => [evacuation(clock, 500)]);
    expect((await monitor()).inForce?.size).toBe(1);
    clock.advance(499);
    expect((await monitor()).inForce?.size).toBe(1);
    clock.advance(1);
    expect((await monitor()).inForce?.size).toBe(0);
    expect(reads).toHaveLength(1);
  });

  it('goes on with what it knew while reads fail, until it expires, and tells why', async () => {
    const { clock, monitor, thenRead } = setUp(nothing);
    thenRead(async () => [evacuation(clock, 60_000)]);
    await monitor();
    thenRead(fail);
    clock.advance(59_999);
    expect(await monitor()).toStrictEqual({ inForce: expect.any(Map), failure: down });
    expect((await monitor()).inForce?.size).toBe(1);
    clock.advance(1);
    expect(await monitor()).toStrictEqual({ inForce: new Map(), failure: down });
  });

  it('knows nothing as long as no read has succeeded, then what it reads', async () => {
    const { clock, monitor, thenRead } = setUp(fail);
    expect(await monitor()).toStrictEqual({ inForce: undefined, failure: down });
    thenRead(nothing);
    clock.advance(1_000);
    expect(await monitor()).toStrictEqual({ inForce: new Map() });
  });

  it('answers at the timeout although the read neither ends nor listens, and aborts its signal', async () => {
    const { clock, monitor, reads } = setUp(() => new Promise(() => {}));
    const answer = monitor();
    clock.advance(899);
    expect(reads[0]?.signal?.aborted).toBe(false);
    clock.advance(1);
    expect(await answer).toMatchObject({ inForce: undefined, failure: { code: 'table-timeout' } });
    expect(reads[0]?.signal?.aborted).toBe(true);
  });

  it('leaves no timer behind', async () => {
    const { clock, monitor, thenRead } = setUp(nothing);
    await monitor();
    expect(clock.timers).toBe(0);
    thenRead(fail);
    clock.advance(1_000);
    await monitor();
    expect(clock.timers).toBe(0);
  });
});
