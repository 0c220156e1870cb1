import { GB, HEARTBEAT, LOG_BYTES, MINUTES_PER_MONTH, RECORD_BYTES } from './assumptions.ts';
import type { RegionUse } from './calculate-bill.ts';
import { callUse } from './request-use.ts';
import type { Inventory } from './take-inventory.ts';

/**
 * What heartbeats use, whether anybody calls or not: each Region writes one a minute, which every Region is billed for,
 * reads its own and its peers', and asks each peer until that shows it.
 *
 *     own replica     1 own, 1 of each peer              a peer's   1 to reach it, then until it is seen
 *
 * A peer's replica is asked by this Region as often as this one's by the peer, so each Region counts both as its own.
 */
export function heartbeatUse({ regions }: Inventory): RegionUse[] {
  const peers = regions.length - 1;
  return regions
    .filter(({ hasHeartbeat }) => hasHeartbeat && peers > 0)
    .flatMap(({ region, functions, logRetentionDays }) => [
      {
        region,
        quantities: callUse({
          ...{ calls: MINUTES_PER_MONTH, memoryMb: functions.heartbeat.memoryMb, logRetentionDays },
          durationMs: HEARTBEAT.durationMs,
          // A line of metrics for each peer.
          logBytes: LOG_BYTES.lambda + LOG_BYTES.line * peers,
        }),
      },
      {
        region,
        quantities: {
          writeUnits: MINUTES_PER_MONTH * regions.length,
          readUnits: MINUTES_PER_MONTH * (1 + peers + peers * (1 + HEARTBEAT.polls)),
          // Lag and age for each peer.
          customMetrics: 2 * peers,
          interRegionGb: (MINUTES_PER_MONTH * RECORD_BYTES * peers) / GB,
        },
      },
    ]);
}
