import { describe, expect, it } from 'vitest';
import type { ProblemCode } from '../../src/contract/problems.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { createRequestMetrics } from '../../src/functions/metrics.ts';

const request = { routeKey: 'POST /write' };
const entry = { request, response: { status: 200, body: {} }, durationMs: 12, atMs: 1_000 };
const replayed = { ...entry, response: { ...entry.response, headers: { 'idempotency-replayed': 'true' } } };

const unitsIn = (metrics: Readonly<Record<string, unknown>>) => {
  const { CloudWatchMetrics } = metrics._aws as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  return CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name);
};

describe('createRequestMetrics()', () => {
  it('counts a request and its duration, by project and stage', () => {
    const metrics = createRequestMetrics({ project: 'gsp', stage: 'main' });
    expect(metrics(entry)).toStrictEqual({
      _aws: {
        Timestamp: 1_000,
        CloudWatchMetrics: [
          {
            Namespace: 'GlobalServerlessPlatform',
            Dimensions: [['Project', 'Stage']],
            Metrics: [
              { Name: 'Requests', Unit: 'Count' },
              { Name: 'Latency', Unit: 'Milliseconds' },
            ],
          },
        ],
      },
      ...{ Project: 'gsp', Stage: 'main', Requests: 1, Latency: 12 },
    });
  });

  it('counts a replay by the header that tells it', () => {
    const metrics = createRequestMetrics({ project: 'gsp', stage: 'main' });
    expect(metrics(replayed)).toMatchObject({ Requests: 1, Replays: 1 });
    expect(unitsIn(metrics(replayed))).toStrictEqual(['Requests', 'Replays', 'Latency']);
  });

  it('counts an answer that the region is behind its session', () => {
    const metrics = createRequestMetrics({ project: 'gsp', stage: 'main' });
    const of = (code: ProblemCode) => {
      const cause = new PlatformError(code, 'Not here.');
      return metrics({ ...entry, response: { ...entry.response, cause } });
    };
    expect(of('replica-behind')).toMatchObject({ SessionsAhead: 1 });
    expect(of('table-timeout')).not.toHaveProperty('SessionsAhead');
  });
});
