import type { ReplicationResponse } from '../contract/replication.ts';
import type { Clock } from './clock.ts';
import { ageOf, type HeartbeatStore } from './heartbeat.ts';
import type { StoreCallOptions } from './item-store.ts';

/** What telling of replication needs. */
export interface ReplicationReaderOptions {
  /** Heartbeats in this region's replica. */
  readonly heartbeats: Pick<HeartbeatStore, 'read'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly region: string;
  /** Every region of the stage. */
  readonly regions: readonly string[];
}

/** Tells how replication to this region stands. Throws a `PlatformError` as the store does. */
export type ReplicationReader = (options?: StoreCallOptions) => Promise<ReplicationResponse>;

/**
 * Makes the reader of how replication stands, from this region's replica alone: what a peer measured on the way here
 * arrives with its heartbeat, by the very replication that it tells about. So a lag is as old as that heartbeat, and
 * while replication is stopped it is the age that grows.
 */
export function createReplicationReader(options: ReplicationReaderOptions): ReplicationReader {
  const { heartbeats, clock, region, regions } = options;
  const peers = regions.filter((each) => each !== region);

  return async (call) => {
    if (peers.length === 0) return { region, peers: [] };
    const found = await Promise.all(peers.map((peer) => heartbeats.read(peer, call)));
    const nowMs = clock.nowMs();
    return {
      region,
      measuredAt: new Date(nowMs).toISOString(),
      peers: peers.map((peer, index) => {
        const heartbeat = found[index];
        if (heartbeat === undefined) return { region: peer, lagMs: null, lastSignAt: null, ageMs: null };
        return {
          region: peer,
          lagMs: heartbeat.lagMs.get(region) ?? null,
          lastSignAt: new Date(heartbeat.writtenAtMs).toISOString(),
          ageMs: ageOf(heartbeat, nowMs),
        };
      }),
    };
  };
}
