import type { RegionEndpoint } from '@gsp/client';
import { apiName } from '@gsp/platform/topology';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StagePlace } from '../cloud/stage-place.ts';
import { observeRegion } from './observe-region.ts';
import { probeLag } from './probe-lag.ts';
import { readRecords } from './read-records.ts';
import { readTable } from './read-table.ts';
import type { RegionStatus, StageFindings } from './stage-status.ts';

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
  place: StagePlace,
  { probe, now = Date.now, probeLimitMs }: ObserveStageOptions,
): Promise<StageFindings> {
  const nowMs = now();
  const [primary = ''] = place.regions;
  const [regions, table, records] = await Promise.all([
    Promise.all(place.chosen.map((region) => observeRegion(cloud, { place, region, nowMs }))),
    readTable(cloud, place),
    readRecords(cloud.region(primary), place),
  ]);
  const { project, stage, branch, kind } = place;
  return {
    place: { project, stage, branch, kind, regions: place.regions, chosen: place.chosen },
    regions: probe ? await withProbes(regions, { place, limitMs: probeLimitMs }) : regions,
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
  { place: { project, stage }, limitMs }: { place: StagePlace; limitMs: number | undefined },
): Promise<readonly RegionStatus[]> {
  const endpoints: RegionEndpoint[] = regions.flatMap(({ region, stack }) =>
    stack?.apiEndpoint && stack.edgeEndpoint === undefined
      ? [{ region, apiName: apiName(project, stage, region), endpoint: stack.apiEndpoint }]
      : [],
  );
  const probed = await probeLag(endpoints, limitMs === undefined ? {} : { limitMs });
  return regions.map((found) => ({ ...found, lag: probed.get(found.region) ?? found.lag }));
}
