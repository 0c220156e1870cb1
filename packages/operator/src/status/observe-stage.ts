import type { RegionEndpoint } from '@gsp/client';
import type { Definitions } from '@gsp/platform/contract';
import { apiName } from '@gsp/platform/topology';
import { CloudError, withAwsTimeout } from '../cloud/cloud-error.ts';
import { parseRecord } from '../cloud/deployment-record.ts';
import type { Cloud, RegionClients } from '../cloud/region-clients.ts';
import { parseHolder } from '../cloud/stage-lock.ts';
import { deploymentParameter, lockParameter, readParameter } from '../cloud/stage-parameters.ts';
import { primaryOf, type StageTarget } from '../cloud/stage-target.ts';
import { describeTable } from '../cloud/table.ts';
import { stageExposure } from '../cost/stage-exposure.ts';
import { observeRegion } from './observe-region.ts';
import { probeLag } from './replication-lag.ts';
import type {
  RegionStatus,
  ReplicaStatus,
  StageObservation,
  StageRecords,
  TableStatus,
} from './stage-status.ts';

/** How to look. */
export interface ObserveStageOptions {
  /** Whether to measure the lag with writes of our own. */
  readonly probe: boolean;
  /** @default Date.now */
  readonly now?: () => number;
  /** Longest wait for a write of our own to be seen. @default 10000 */
  readonly probeLimitMs?: number;
  /** What the project defines. @default - nothing */
  readonly definitions?: Definitions;
}

/**
 * Looks at everything that a stage is made of, side by side: each Region, the table, what the stage noted of itself.
 *
 * @throws {CloudError} when there are no valid credentials
 */
export async function observeStage(
  cloud: Cloud,
  target: StageTarget,
  { probe, now = Date.now, probeLimitMs, definitions = {} }: ObserveStageOptions,
): Promise<StageObservation> {
  const nowMs = now();
  const [regions, table, records] = await Promise.all([
    Promise.all(target.chosen.map((region) => observeRegion(cloud, { target, region, nowMs }))),
    readTable(cloud, target),
    readRecords(cloud.region(primaryOf(target)), target),
  ]);
  const { project, stage, branch, kind } = target;
  return {
    place: { project, stage, branch, kind, regions: target.regions, chosen: target.chosen },
    regions: probe ? await withProbes(regions, { target, limitMs: probeLimitMs }) : regions,
    table,
    records,
    exposure: stageExposure({ ...target, definitions }),
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

const READ_TIMEOUT_MS = 10_000;

/**
 * What the stage has noted in its primary Region: who deploys, and what was deployed. What cannot be read is told, and
 * hides nothing else.
 *
 * @throws {CloudError} when there are no valid credentials
 */
async function readRecords(
  clients: RegionClients,
  target: Pick<StageTarget, 'project' | 'stage'>,
): Promise<StageRecords> {
  const { region } = clients;
  const read = (act: string, name: string) =>
    withAwsTimeout({ act, region, timeoutMs: READ_TIMEOUT_MS }, (signal) =>
      readParameter(clients, name, signal),
    );
  try {
    const [lock, deployment] = await Promise.all([
      read('read who deploys', lockParameter(target)),
      read('read what was deployed', deploymentParameter(target)),
    ]);
    return { lock: lock && holderIn(lock.value), ...recordIn(deployment?.value) };
  } catch (error) {
    if (!(error instanceof CloudError) || error.reason === 'credentials') throw error;
    return { lock: null, deployment: null, error: error.message };
  }
}

/** A lock of which nobody knows the holder is held all the same. */
function holderIn(text: string): NonNullable<StageRecords['lock']> {
  const { by = 'somebody', since = 'an unknown time' } = parseHolder(text) ?? {};
  return { by, since };
}

function recordIn(text: string | undefined): Pick<StageRecords, 'deployment' | 'error'> {
  if (text === undefined) return { deployment: null, error: null };
  try {
    return { deployment: parseRecord(text), error: null };
  } catch (error) {
    return { deployment: null, error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Where the table really is. The primary is asked, which owns it; on the day on which that Region does not answer, the
 * next one.
 *
 * @throws {CloudError} when there are no valid credentials
 */
async function readTable(
  cloud: Cloud,
  { tableName, regions }: Pick<StageTarget, 'tableName' | 'regions'>,
): Promise<TableStatus> {
  const errors: string[] = [];
  for (const region of regions) {
    try {
      const replicas = await replicasIn(cloud, { region, tableName });
      if (replicas !== null) return { tableName, askedIn: region, replicas, error: null };
      return { tableName, askedIn: region, replicas: null, error: `${region} has no table ${tableName}` };
    } catch (error) {
      if (!(error instanceof CloudError) || error.reason === 'credentials') throw error;
      errors.push(error.message);
    }
  }
  return { tableName, askedIn: null, replicas: null, error: errors.join(' ') };
}

async function replicasIn(
  cloud: Cloud,
  { region, tableName }: { region: string; tableName: string },
): Promise<readonly ReplicaStatus[] | null> {
  const act = 'read the table';
  const table = await withAwsTimeout({ act, region, timeoutMs: READ_TIMEOUT_MS }, (signal) =>
    describeTable(cloud.region(region), { tableName, signal, act }),
  );
  if (table === null) return null;
  const { TableStatus: status = 'UNKNOWN', Replicas = [] } = table;
  const others = Replicas.flatMap(({ RegionName, ReplicaStatus }) =>
    RegionName === undefined || RegionName === region
      ? []
      : [{ region: RegionName, status: ReplicaStatus ?? 'UNKNOWN' }],
  );
  return [{ region, status }, ...others];
}
