import { describe, expect, it } from 'vitest';
import { createRequestMeter } from '../../src/functions/metrics.ts';

const request = { routeKey: 'POST /write' };
const entry = { request, response: { status: 200, body: {} }, durationMs: 12, atMs: 1_000 };
const replayed = { ...entry, response: { ...entry.response, headers: { 'idempotency-replayed': 'true' } } };

const unitsIn = (metrics: Readonly<Record<string, unknown>>) => {
  const { CloudWatchMetrics } = metrics._aws as { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  return CloudWatchMetrics[0]?.Metrics.map(({ Name }) => Name);
};

describe('createRequestMeter()', () => {
  it('counts a request and its duration, by project and stage', () => {
    const { metrics } = createRequestMeter({ project: 'gsp', stage: 'main' });
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
    const { metrics } = createRequestMeter({ project: 'gsp', stage: 'main' });
    expect(metrics(replayed)).toMatchObject({ Requests: 1, Replays: 1 });
    expect(unitsIn(metrics(replayed))).toStrictEqual(['Requests', 'Replays', 'Latency']);
  });

  it('counts a wait with the request that waited, and not with the next', () => {
    const { metrics, recordSessionWait } = createRequestMeter({ project: 'gsp', stage: 'main' });
    recordSessionWait();
    expect(metrics(entry)).toMatchObject({ SessionWaits: 1 });
    expect(metrics(entry)).not.toHaveProperty('SessionWaits');
  });
});
