import type { RegionEndpoint } from '@gsp/client';
import { apiName } from '@gsp/platform/topology';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { observeRegion } from './observe-region.ts';
import { probeLag } from './probe-lag.ts';
import { readRecords } from './read-records.ts';
import { readTable } from './read-table.ts';
import type { RegionStatus, StageObservation } from './stage-status.ts';

/** How to look. */
export interface ObserveStageOptions {
  /** Whether to measure the lag with writes of our own. */
  readonly probe: boolean;
  /** @default Date.now */
  readonly now?: () => number;
  /** Longest wait for a write of our own to be seen. @default 10000 */
  readonly probeLimitMs?: number;
}

/**
 * Looks at everything that a stage is made of, side by side: each Region, the table, what the stage noted of itself.
 *
 * @throws {CloudError} when there are no valid credentials
 */
export async function observeStage(
  cloud: Cloud,
  target: StageTarget,
  { probe, now = Date.now, probeLimitMs }: ObserveStageOptions,
): Promise<StageObservation> {
  const nowMs = now();
  const [primary = ''] = target.regions;
  const [regions, table, records] = await Promise.all([
    Promise.all(target.chosen.map((region) => observeRegion(cloud, { target, region, nowMs }))),
    readTable(cloud, target),
    readRecords(cloud.region(primary), target),
  ]);
  const { project, stage, branch, kind } = target;
  return {
    place: { project, stage, branch, kind, regions: target.regions, chosen: target.chosen },
    regions: probe ? await withProbes(regions, { target, limitMs: probeLimitMs }) : regions,
    table,
    records,
  };
}

/**
 * After everything else: a Region without an endpoint cannot be written to, nor can one that lets traffic in through the
 * edge alone. DynamoDB's own measure is all there is then.
 */
async function withProbes(
  regions: readonly RegionStatus[],
  { target: { project, stage }, limitMs }: { target: StageTarget; limitMs: number | undefined },
): Promise<readonly RegionStatus[]> {
  const endpoints: RegionEndpoint[] = regions.flatMap(({ region, stack }) =>
    stack?.apiEndpoint && stack.edgeEndpoint === undefined
      ? [{ region, apiName: apiName(project, stage, region), endpoint: stack.apiEndpoint }]
      : [],
  );
  const probed = await probeLag(endpoints, limitMs === undefined ? {} : { limitMs });
  return regions.map((found) => ({ ...found, lag: probed.get(found.region) ?? found.lag }));
}
