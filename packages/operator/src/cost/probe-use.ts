import {
  ANSWER_BYTES,
  GB,
  LOG_BYTES,
  METRICS_PER_ROUTE,
  RECORD_BYTES,
  SECONDS_PER_MONTH,
} from './assumptions.ts';
import type { RegionUse } from './calculate-bill.ts';
import { probesPerMonth } from './probes.ts';
import { callUse } from './request-use.ts';
import type { Inventory } from './take-inventory.ts';

/**
 * What health checks use by asking: requests like any other, and what the function does for an answer. Shared evenly: a
 * Region is asked for its health by its own check, and for evacuations by its peers'.
 *
 *     /health       one write of the canary, which every Region is billed for, a read of it, a query of evacuations
 *     /control/...  a query of evacuations
 *
 * A verdict is good for a second, so that a Region writes at most one canary a second, however often it is asked.
 */
export function probeUse({ checks, regions }: Inventory): RegionUse[] {
  const count = Math.max(1, regions.length);
  const health = probesPerMonth(checks.health) / count;
  const evacuation = probesPerMonth(checks.evacuation) / count;
  const probes = health + evacuation;
  if (probes === 0) return [];
  const verdicts = Math.min(health, SECONDS_PER_MONTH);
  const knowledge = Math.min(probes, SECONDS_PER_MONTH);
  const routes = [health, evacuation].filter((asked) => asked > 0).length;
  return regions.flatMap(({ region, functions, logRetentionDays, hasRouteMetrics }) => [
    {
      region,
      quantities: callUse({
        ...{ calls: probes, memoryMb: functions.health.memoryMb, logRetentionDays },
        logBytes: LOG_BYTES.access + LOG_BYTES.lambda + LOG_BYTES.probeLine,
      }),
    },
    {
      region,
      quantities: {
        httpApiRequests: probes,
        writeUnits: verdicts * count,
        // A consistent read of the canary; evacuations by an eventually consistent query.
        readUnits: verdicts + 0.5 * knowledge,
        customMetrics: 1 + (hasRouteMetrics ? METRICS_PER_ROUTE * routes : 0),
        internetGb: (probes * ANSWER_BYTES) / GB,
        interRegionGb: (verdicts * RECORD_BYTES * (count - 1)) / GB,
      },
    },
  ]);
}
