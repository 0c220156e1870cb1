import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';

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
