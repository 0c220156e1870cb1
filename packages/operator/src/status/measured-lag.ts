import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import type { ReplicationLag } from './stage-status.ts';

const WINDOW_MS = 5 * 60_000;
const PERIOD_SECONDS = 60;

/** Which table, to where, and when. */
export interface MeasuredLagOptions {
  readonly tableName: string;
  /** Regions that receive. */
  readonly to: readonly string[];
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * How long changes made in this Region take to the others, as DynamoDB measured it in the last five minutes. Where
 * nothing was written nothing was measured; and a table of strong consistency has no such measure.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * @throws {CloudError} when CloudWatch cannot be asked
 */
export async function measuredLag(
  { region, cloudWatch }: RegionClients,
  { tableName, to, nowMs, signal }: MeasuredLagOptions,
): Promise<readonly ReplicationLag[]> {
  if (to.length === 0) return [];
  const { MetricDataResults = [] } = await askAws({ act: 'read the replication lag', region }, () =>
    cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(nowMs - WINDOW_MS),
        EndTime: new Date(nowMs),
        MetricDataQueries: to.map((receiver, index) => ({
          Id: `to${index}`,
          MetricStat: {
            Metric: {
              Namespace: 'AWS/DynamoDB',
              MetricName: 'ReplicationLatency',
              Dimensions: [
                { Name: 'TableName', Value: tableName },
                { Name: 'ReceivingRegion', Value: receiver },
              ],
            },
            Period: PERIOD_SECONDS,
            Stat: 'Average',
          },
        })),
      }),
      { abortSignal: signal },
    ),
  );
  return to.map((receiver, index) => {
    const values = MetricDataResults.find(({ Id }) => Id === `to${index}`)?.Values ?? [];
    return values.length === 0
      ? { to: receiver, lagMs: null, source: 'cloudwatch', reason: 'no data' }
      : { to: receiver, lagMs: Math.round(average(values)), source: 'cloudwatch', reason: null };
  });
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
