import { describe, expect, it } from 'vitest';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { createReplicationReader } from '../../src/domain/replication-reader.ts';
import { memoryHeartbeatStore } from '../store/memory-heartbeat-store.ts';
import { manualClock } from './manual-clock.ts';

const region = 'eu-west-1';
const peer = 'eu-central-1';

function setUp(regions: readonly string[]) {
  const clock = manualClock();
  const heartbeats = memoryHeartbeatStore();
  const read = createReplicationReader({ heartbeats, clock, region, regions });
  return { clock, heartbeats, read };
}

describe('createReplicationReader()', () => {
  it('tells each peer’s lag on the way here, and the age of its heartbeat', async () => {
    const { clock, heartbeats, read } = setUp([region, peer, 'us-east-1']);
    const lagMs = new Map([
      [region, 412.5],
      ['us-east-1', 900],
    ]);
    await heartbeats.keep({ region: peer, sequence: 1, writtenAtMs: clock.nowMs() - 20_000, lagMs });
    expect(await read()).toStrictEqual({
      region,
      measuredAt: '2026-11-22T12:00:00.250Z',
      peers: [
        { region: peer, lagMs: 412.5, lastSignAt: '2026-11-22T11:59:40.250Z', ageMs: 20_000 },
        { region: 'us-east-1', lagMs: null, lastSignAt: null, ageMs: null },
      ],
    });
  });

  it('tells no lag when the peer has measured none, and no age below zero', async () => {
    const { clock, heartbeats, read } = setUp([peer, region]);
    const writtenAtMs = clock.nowMs() + 3_000;
    await heartbeats.keep({ region: peer, sequence: 1, writtenAtMs, lagMs: new Map() });
    expect((await read()).peers).toStrictEqual([
      { region: peer, lagMs: null, lastSignAt: '2026-11-22T12:00:03.250Z', ageMs: 0 },
    ]);
  });

  it('asks nobody where there is one region', async () => {
    const { heartbeats, read } = setUp([region]);
    heartbeats.failure = new Error('asked');
    expect(await read()).toStrictEqual({ region, peers: [] });
  });

  it('fails as the store does', async () => {
    const { heartbeats, read } = setUp([region, peer]);
    heartbeats.failure = new PlatformError('table-throttled', 'slow down');
    await expect(read()).rejects.toMatchObject({ code: 'table-throttled' });
  });
});
