import { describe, expect, it } from 'vitest';
import { pause } from '../../src/domain/clock.ts';
import type { Heartbeat, HeartbeatStore } from '../../src/domain/heartbeat.ts';
import { createHeartbeatRun } from '../../src/domain/heartbeat-run.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { memoryHeartbeatStore } from '../store/memory-heartbeat-store.ts';
import { manualClock } from './manual-clock.ts';
import { passTime } from './pass-time.ts';

const region = 'eu-west-1';
const peer = 'eu-central-1';
const other = 'us-east-1';
const down = new PlatformError('table-unavailable', 'down');

type Replica = Pick<HeartbeatStore, 'read'>;

function setUp(
  peers: (clock: ReturnType<typeof manualClock>, own: HeartbeatStore) => Record<string, Replica>,
) {
  const clock = manualClock();
  const own = memoryHeartbeatStore();
  const options = { own, region, clock, monotonicMs: () => clock.nowMs(), random: () => 0 };
  const replicas = new Map(Object.entries(peers(clock, own)));
  const beat = createHeartbeatRun({ ...options, peers: replicas });
  const run = () => passTime(beat(), { clock });
  /** Another execution environment of the same function. */
  const runAnew = () => passTime(createHeartbeatRun({ ...options, peers: replicas })(), { clock });
  return { clock, own, run, runAnew };
}

/** A replica that shows what is written here, a time later. */
function late(clock: ReturnType<typeof manualClock>, own: HeartbeatStore, lagMs: number): Replica {
  return {
    read: async () => {
      const written = await own.read(region);
      return written && clock.nowMs() - written.writtenAtMs >= lagMs ? written : undefined;
    },
  };
}

describe('createHeartbeatRun()', () => {
  it('writes a sign of life and measures how long each peer takes to show it', async () => {
    const { clock, own, run } = setUp((time, store) => ({
      [peer]: late(time, store, 50),
      [other]: late(time, store, 400),
    }));
    const startMs = clock.nowMs();
    const { peers, ...rest } = await run();
    expect(rest).toStrictEqual({});
    expect(peers).toStrictEqual([
      { peer, lagMs: 50, ageMs: undefined, failures: [] },
      { peer: other, lagMs: 400, ageMs: undefined, failures: [] },
    ]);
    expect(await own.read(region)).toStrictEqual({
      ...{ region, sequence: startMs, writtenAtMs: startMs, lagMs: new Map() },
    });
  });

  it('tells what it measured with the next heartbeat, and a new environment tells nothing', async () => {
    const { own, run, runAnew } = setUp((time, store) => ({ [peer]: late(time, store, 100) }));
    await run();
    await run();
    expect((await own.read(region))?.lagMs).toStrictEqual(new Map([[peer, 100]]));
    await runAnew();
    expect((await own.read(region))?.lagMs).toStrictEqual(new Map());
  });

  it('tells how old the peers’ signs of life are, by its own replica', async () => {
    const { clock, own, run } = setUp((time, store) => ({ [peer]: late(time, store, 0) }));
    const heartbeat: Heartbeat = { region: peer, sequence: 1, writtenAtMs: clock.nowMs(), lagMs: new Map() };
    await own.keep(heartbeat);
    clock.advance(90_000);
    expect((await run()).peers).toMatchObject([{ peer, ageMs: 90_000, failures: [] }]);
  });

  it('takes a peer that is gone for a finding, and nothing from the others', async () => {
    const { own, run } = setUp((time, store) => ({
      [peer]: { read: () => new Promise(() => {}) },
      [other]: late(time, store, 50),
    }));
    const report = await run();
    expect(report).not.toHaveProperty('failure');
    expect(report.peers).toMatchObject([
      { peer, lagMs: undefined, failures: [{ code: 'table-timeout' }] },
      { peer: other, lagMs: 50, failures: [] },
    ]);
    await run();
    expect((await own.read(region))?.lagMs).toStrictEqual(new Map([[other, 50]]));
  });

  it('opens the connections before it writes: the time that takes is no lag', async () => {
    let isConnected = false;
    const { run } = setUp((time, store) => ({
      [peer]: {
        read: async () => {
          if (!isConnected) await pause(time, 400);
          isConnected = true;
          return store.read(region);
        },
      },
    }));
    expect((await run()).peers).toMatchObject([{ lagMs: 0 }]);
  });

  it('says that it could not write, measures nothing, and still tells the age of the peers', async () => {
    const polls: string[] = [];
    const { clock, own, run } = setUp(() => ({
      [peer]: {
        read: async () => {
          polls.push('poll');
          return undefined;
        },
      },
    }));
    await own.keep({ region: peer, sequence: 1, writtenAtMs: clock.nowMs() - 5, lagMs: new Map() });
    const keep = own.keep;
    own.keep = () => Promise.reject(down);
    expect(await run()).toStrictEqual({
      peers: [{ peer, lagMs: undefined, ageMs: 5, failures: [] }],
      failure: down,
    });
    expect(polls).toHaveLength(1);
    own.keep = keep;
  });

  it('tells nothing that was measured before a failed write', async () => {
    const { own, run } = setUp((time, store) => ({ [peer]: late(time, store, 50) }));
    await run();
    const keep = own.keep;
    own.keep = () => Promise.reject(down);
    await run();
    own.keep = keep;
    await run();
    expect((await own.read(region))?.lagMs).toStrictEqual(new Map());
  });

  it('ends in time although nothing answers, here and elsewhere', async () => {
    const { clock, own, run } = setUp(() => ({ [peer]: { read: () => new Promise(() => {}) } }));
    own.read = () => new Promise(() => {});
    const startMs = clock.nowMs();
    expect(await run()).toMatchObject({
      peers: [{ lagMs: undefined, ageMs: undefined, failures: [{ code: 'table-timeout' }] }],
      failure: { code: 'table-timeout' },
    });
    expect(clock.nowMs() - startMs).toBeLessThan(10_000);
    expect(clock.timers).toBe(0);
  });

  it('writes without peers, too', async () => {
    const { own, run } = setUp(() => ({}));
    expect(await run()).toStrictEqual({ peers: [] });
    expect(await own.read(region)).toBeDefined();
  });
});
