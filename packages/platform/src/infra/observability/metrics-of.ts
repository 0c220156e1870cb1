import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { metricDimensions, metricNames, metricsNamespace } from '../../topology/metric-names.ts';
import { functionName, lostBatchesQueueName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { RegionalApi } from '../regional-api.ts';

/** What API Gateway counts of an HTTP API. A REST API's names, such as `5XXError`, would find nothing here. */
export type HttpApiMetricName = '4xx' | '5xx' | 'Count' | 'Latency' | 'IntegrationLatency' | 'DataProcessed';

/** What Lambda counts of each function. */
export type FunctionMetricName = 'Invocations' | 'Errors' | 'Throttles' | 'Duration' | 'IteratorAge';

/** What DynamoDB counts of a table, whatever the operation. */
export type TableMetricName =
  | 'ReadThrottleEvents'
  | 'WriteThrottleEvents'
  | 'ConsumedReadCapacityUnits'
  | 'ConsumedWriteCapacityUnits';

/**
 * The metrics of a backend. Those of a peer are asked for by `region` in the options: everything but the API, whose id only
 * its own stack knows, has a name that is computed.
 */
export interface BackendMetrics {
  /** Of this Region's API, all routes together. */
  api(name: HttpApiMetricName, options: MetricOptions): Metric;
  /** Of a function, by its own part of the name. */
  fn(name: FunctionMetricName, of: string, options: MetricOptions): Metric;
  /** Concurrency that is in use or reserved in the account and Region, by whomever. */
  concurrency(options: MetricOptions): Metric;
  table(name: TableMetricName, options: MetricOptions): Metric;
  /** DynamoDB's own measurement, in milliseconds. It lives in the Region that sends. */
  replicationLatency(receivingRegion: string, options: MetricOptions): Metric;
  /** Positions of batches that the stream's consumer gave up on. */
  lostBatches(options: MetricOptions): Metric;
  /** What the platform's functions write; the two about replication name a peer. */
  own(name: keyof typeof metricNames, options: MetricOptions & { readonly peer?: string }): Metric;
}

/**
 * Every metric that alarms and dashboards of a backend use, by the names and dimensions that AWS gives them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function metricsOf(context: BackendContext, { api, stage }: RegionalApi): BackendMetrics {
  const { project, stage: stageName, tableName } = context;
  const table = (metricName: string, dimensions: Record<string, string>, options: MetricOptions) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName, ...dimensions },
      ...options,
    });
  return {
    api: (metricName, options) =>
      new Metric({
        namespace: 'AWS/ApiGateway',
        metricName,
        dimensionsMap: { ApiId: api.apiId, Stage: stage.stageName },
        ...options,
      }),
    fn: (metricName, of, options) =>
      new Metric({
        namespace: 'AWS/Lambda',
        metricName,
        dimensionsMap: { FunctionName: functionName(project, stageName, of) },
        ...options,
      }),
    concurrency: (options) =>
      new Metric({ namespace: 'AWS/Lambda', metricName: 'ClaimedAccountConcurrency', ...options }),
    table: (metricName, options) => table(metricName, {}, options),
    replicationLatency: (receivingRegion, options) =>
      table('ReplicationLatency', { ReceivingRegion: receivingRegion }, options),
    lostBatches: (options) =>
      new Metric({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensionsMap: { QueueName: lostBatchesQueueName(project, stageName) },
        ...options,
      }),
    own: (name, { peer, ...options }) =>
      new Metric({
        namespace: metricsNamespace,
        metricName: metricNames[name],
        dimensionsMap: {
          [metricDimensions.project]: project,
          [metricDimensions.stage]: stageName,
          ...(peer !== undefined && { [metricDimensions.peer]: peer }),
        },
        ...options,
      }),
  };
}
