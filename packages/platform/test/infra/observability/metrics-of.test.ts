import { describe, expect, test } from 'vitest';
import { metricNames, metricsNamespace } from '../../../src/topology/metric-names.ts';
import { dashboardMetrics } from './dashboard-body.ts';
import { alarmsOf, type NamedMetric, type WatchedRegionOptions, watchedRegion } from './watched-region.ts';

/** What AWS lists: names, and the sets of dimensions under which each is kept. */
const PUBLISHED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
  'AWS/ApiGateway': Object.fromEntries(
    ['4xx', '5xx', 'Count', 'IntegrationLatency', 'Latency', 'DataProcessed'].map((name) => [
      name,
      ['ApiId', 'ApiId,Stage'],
    ]),
  ),
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
  // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
  'AWS/Lambda': {
    Invocations: ['FunctionName', ''],
    Errors: ['FunctionName', ''],
    Throttles: ['FunctionName', ''],
    Duration: ['FunctionName', ''],
    IteratorAge: ['FunctionName', ''],
    ConcurrentExecutions: ['FunctionName', ''],
    UnreservedConcurrentExecutions: [''],
    ClaimedAccountConcurrency: [''],
  },
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
  'AWS/DynamoDB': {
    ReplicationLatency: ['ReceivingRegion,TableName'],
    ReadThrottleEvents: ['TableName', 'GlobalSecondaryIndexName,TableName'],
    WriteThrottleEvents: ['TableName', 'GlobalSecondaryIndexName,TableName'],
    ConsumedReadCapacityUnits: ['TableName', 'GlobalSecondaryIndexName,TableName'],
    ConsumedWriteCapacityUnits: ['TableName', 'GlobalSecondaryIndexName,TableName'],
    // Not without an operation, which is why none is used.
    ThrottledRequests: ['Operation,TableName'],
    SuccessfulRequestLatency: ['Operation,TableName'],
  },
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  'AWS/SQS': {
    ApproximateNumberOfMessagesVisible: ['QueueName'],
    ApproximateAgeOfOldestMessage: ['QueueName'],
  },
  // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
  'AWS/Route53': { HealthCheckStatus: ['HealthCheckId', 'Region'] },
  // What the platform writes itself.
  [metricsNamespace]: Object.fromEntries(
    Object.entries(metricNames).map(([key, name]) => [
      name,
      [['replicationLag', 'heartbeatAge'].includes(key) ? 'Peer,Project,Stage' : 'Project,Stage'],
    ]),
  ),
};

const SHAPES: readonly (readonly [string, WatchedRegionOptions])[] = [
  ['two Regions', {}],
  [
    'three Regions',
    { regions: ['eu-west-1', 'eu-central-1', 'us-east-1'], changes: { routing: { policy: 'latency' } } },
  ],
  ['one Region', { regions: ['eu-west-1'] }],
  ['a health check in us-east-1', { regions: ['us-east-1'], hasHealthCheck: true }],
];

function problemOf({ namespace, name, dimensions }: NamedMetric): string | undefined {
  const keys = Object.keys(dimensions).sort().join(',');
  const metric = `${namespace} ${name} by [${keys}]`;
  const kept = PUBLISHED[namespace]?.[name];
  if (kept === undefined) return `${metric}: no such metric`;
  return kept.includes(keys) ? undefined : `${metric}: kept by ${kept.join(' or ')}`;
}

describe('metricsOf', () => {
  test.each(SHAPES)(
    'metricsOf names only what AWS publishes in alarms, by dimensions it is kept by, with %s',
    (_, options) => {
      const metrics = [...alarmsOf(watchedRegion(options)).values()].flatMap(({ metrics: each }) => each);
      expect(metrics.length).toBeGreaterThan(10);
      expect(metrics.flatMap((metric) => problemOf(metric) ?? [])).toEqual([]);
    },
  );

  test.each(SHAPES)('metricsOf names only what AWS publishes on the dashboard, with %s', (_, options) => {
    const metrics = dashboardMetrics(watchedRegion(options));
    expect(metrics.length).toBeGreaterThan(10);
    expect(metrics.flatMap((metric) => problemOf(metric) ?? [])).toEqual([]);
  });

  test.each([
    [{ namespace: 'AWS/ApiGateway', name: '5XXError', dimensions: { ApiId: 'a', Stage: 'b' } }],
    [{ namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiName: 'a' } }],
    [{ namespace: 'AWS/DynamoDB', name: 'ThrottledRequests', dimensions: { TableName: 'a' } }],
    [{ namespace: 'AWS/DynamoDB', name: 'PendingReplicationCount', dimensions: { TableName: 'a' } }],
  ])('the check of names finds what would never ring: %o', (metric) => {
    expect(problemOf(metric)).toBeDefined();
  });

  test('metricsOf leads to the things of the stage by their computed names', () => {
    const dimensionsOf = (alarm: string) =>
      alarmsOf(watchedRegion())
        .get(alarm)
        ?.metrics.map(({ dimensions }) => dimensions);
    expect(dimensionsOf('function-api-throttles')).toEqual([{ FunctionName: 'shop-main-api' }]);
    expect(dimensionsOf('iterator-age')).toEqual([{ FunctionName: 'shop-main-conflicts' }]);
    expect(dimensionsOf('lost-batches')).toEqual([{ QueueName: 'shop-main-lost-batches' }]);
    expect(dimensionsOf('lag-eu-central-1')).toEqual([
      { TableName: 'shop-main-items', ReceivingRegion: 'eu-central-1' },
    ]);
    expect(dimensionsOf('heartbeat-eu-central-1')).toEqual([
      { Project: 'shop', Stage: 'main', Peer: 'eu-central-1' },
    ]);
    expect(dimensionsOf('unhealthy')).toEqual([{ Project: 'shop', Stage: 'main' }]);
    const ofApi = { ApiId: { Ref: expect.stringMatching(/^Api/) }, Stage: '$default' };
    expect(dimensionsOf('api-errors')).toEqual([ofApi, ofApi]);
  });
});
