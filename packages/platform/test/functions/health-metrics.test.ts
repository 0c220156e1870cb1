import { describe, expect, it } from 'vitest';
import { createHealthMetrics } from '../../src/functions/metrics.ts';

const entry = (status: number, atMs: number, routeKey = 'GET /health') => ({
  request: { routeKey },
  response: { status, body: {} },
  durationMs: 3,
  atMs,
});
const healthMetrics = () => createHealthMetrics({ project: 'gsp', stage: 'main' });

describe('createHealthMetrics()', () => {
  it('tells the first verdict, by project and stage', () => {
    expect(healthMetrics()(entry(200, 1_000))).toMatchObject({
      _aws: {
        Timestamp: 1_000,
        CloudWatchMetrics: [{ Dimensions: [['Project', 'Stage']], Metrics: [{ Name: 'Healthy' }] }],
      },
      ...{ Project: 'gsp', Stage: 'main', Healthy: 1 },
    });
  });

  it('tells the same verdict once a minute', () => {
    const metrics = healthMetrics();
    metrics(entry(200, 0));
    expect(metrics(entry(200, 59_999))).toEqual({});
    expect(metrics(entry(200, 60_000))).toMatchObject({ Healthy: 1 });
    expect(metrics(entry(200, 60_001))).toEqual({});
  });

  it('tells another verdict at once', () => {
    const metrics = healthMetrics();
    metrics(entry(200, 0));
    expect(metrics(entry(503, 1))).toMatchObject({ Healthy: 0 });
    expect(metrics(entry(200, 2))).toMatchObject({ Healthy: 1 });
  });

  it('tells nothing of routes that judge no Region', () => {
    expect(healthMetrics()(entry(404, 0, 'GET /control/evacuations/{region}'))).toEqual({});
    expect(healthMetrics()(entry(200, 0, 'GET /health/live'))).toEqual({});
  });
});
