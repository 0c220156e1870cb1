import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { askAws, CloudError } from '../cloud/cloud-error.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import type { StageTarget } from '../cloud/stage-target.ts';
import { within } from '../cloud/within.ts';
import type { ReplicaStatus, TableStatus } from './stage-status.ts';

const READ_TIMEOUT_MS = 10_000;

/**
 * Where the table really is. The primary is asked, which owns it; on the day on which that Region does not answer, the
 * next one.
 *
 * @throws {CloudError} when there are no valid credentials
 */
export async function readTable(
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
  try {
    const { Table } = await within({ act, region, timeoutMs: READ_TIMEOUT_MS }, (signal) =>
      askAws({ act, region }, () =>
        cloud
          .region(region)
          .dynamoDb.send(new DescribeTableCommand({ TableName: tableName }), { abortSignal: signal }),
      ),
    );
    const own = { region, status: Table?.TableStatus ?? 'UNKNOWN' };
    const others = (Table?.Replicas ?? []).flatMap(({ RegionName, ReplicaStatus }) =>
      RegionName === undefined || RegionName === region
        ? []
        : [{ region: RegionName, status: ReplicaStatus ?? 'UNKNOWN' }],
    );
    return [own, ...others];
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}
