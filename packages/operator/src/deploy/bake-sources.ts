import { GetMetricDataCommand, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';

/** How long an alarm that takes silence for trouble may ring before what it listens to has spoken for the first time. */
const SILENT_AT_FIRST_MS = 15 * 60_000;

/**
 * Names of the stage's alarms that are in ALARM in a region: those whose names begin with `<project>-<stage>-`, as
 * all that belongs to the stage does. One that was just made and rings because it has heard nothing yet is left out.
 *
 * @throws {CloudError} when CloudWatch cannot be asked
 */
export async function readAlarms(
  { region, cloudWatch }: RegionClients,
  {
    target,
    signal,
    nowMs = Date.now,
  }: {
    readonly target: { readonly project: string; readonly stage: string };
    readonly signal: AbortSignal;
    readonly nowMs?: () => number;
  },
): Promise<readonly string[]> {
  return askAws({ act: 'read the alarms', region }, async () => {
    const names: string[] = [];
    const pages = paginateDescribeAlarms(
      { client: cloudWatch },
      {
        AlarmNamePrefix: `${target.project}-${target.stage}-`,
        StateValue: 'ALARM',
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      },
      { abortSignal: signal },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      names.push(
        ...[...MetricAlarms.filter((alarm) => !isSilentAtFirst(alarm, nowMs())), ...CompositeAlarms].flatMap(
          ({ AlarmName }) => AlarmName ?? [],
        ),
      );
    return names;
  });
}

/**
 * A heartbeat is alarmed when it is missing, and in a new Region it is, until the first has come through:
 *
 *     alarm made ── rings: nothing heard ── first heartbeat, a minute or more later ── silent, or rings for a reason
 */
function isSilentAtFirst(
  { TreatMissingData, AlarmConfigurationUpdatedTimestamp }: MetricAlarm,
  nowMs: number,
): boolean {
  if (TreatMissingData !== 'breaching' || AlarmConfigurationUpdatedTimestamp === undefined) return false;
  return nowMs - AlarmConfigurationUpdatedTimestamp.getTime() < SILENT_AT_FIRST_MS;
}

/** The metrics' resolution. */
const PERIOD_SECONDS = 60;

/** Requests of an API, and those that it failed to answer. */
export interface ErrorRate {
  readonly requests: number;
  /** Answered with 5xx. */
  readonly failures: number;
}

/**
 * What CloudWatch has counted of an HTTP API since a moment: `Count` and `5xx` of `AWS/ApiGateway`. They arrive some
 * minutes late, so that a short bake sees few of them or none.
 *
 * @throws {CloudError} when CloudWatch cannot be asked
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export async function readErrorRate(
  { region, cloudWatch }: RegionClients,
  options: { readonly apiId: string; readonly from: Date; readonly to: Date; readonly signal: AbortSignal },
): Promise<ErrorRate> {
  const { apiId, from, to, signal } = options;
  // Whole minutes after `from`: the one in which it lies counts what was before, too.
  const start = new Date(Math.ceil(from.getTime() / 60_000) * 60_000);
  if (start.getTime() >= to.getTime()) return { requests: 0, failures: 0 };
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'AWS/ApiGateway', MetricName, Dimensions: [{ Name: 'ApiId', Value: apiId }] },
      Period: PERIOD_SECONDS,
      Stat: 'Sum',
    },
  });
  const { MetricDataResults = [] } = await askAws({ act: 'read the metrics of the API', region }, () =>
    cloudWatch.send(
      new GetMetricDataCommand({
        StartTime: start,
        EndTime: to,
        MetricDataQueries: [query('requests', 'Count'), query('failures', '5xx')],
      }),
      { abortSignal: signal },
    ),
  );
  const sum = (id: string) =>
    MetricDataResults.filter((result) => result.Id === id)
      .flatMap(({ Values = [] }) => Values)
      .reduce((total, value) => total + value, 0);
  return { requests: sum('requests'), failures: sum('failures') };
}
