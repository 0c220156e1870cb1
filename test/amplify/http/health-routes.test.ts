import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { healthySchema, livenessSchema, unhealthySchema } from '../../../amplify/contract/health.ts';
import { createHealthMonitor, type HealthCheck } from '../../../amplify/domain/health-monitor.ts';
import { PlatformError } from '../../../amplify/domain/platform-error.ts';
import { createHttpHandler } from '../../../amplify/http/create-http-handler.ts';
import { createHealthRoutes } from '../../../amplify/http/health-routes.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { httpApiEvent, lambdaContext } from './http-api-event.ts';

function setUp(check: HealthCheck) {
  const clock = manualClock();
  const lines: string[] = [];
  const monitor = createHealthMonitor({ checks: { 'table-write': check }, clock });
  const handler = createHttpHandler<'probe'>(
    createHealthRoutes({ monitor, region: 'eu-west-1', tableName: 'items' }),
    { region: 'eu-west-1', clock, newId: () => 'id', log: (line) => lines.push(line) },
  );
  const call = async (routeKey: string) => {
    const { statusCode, headers, body } = await handler(httpApiEvent(routeKey), lambdaContext());
    return { status: statusCode, headers, body: JSON.parse(body) };
  };
  return { call, lines };
}

describe('createHealthRoutes()', () => {
  it('answers 200 with region and table when the checks pass', async () => {
    const { status, headers, body } = await setUp(async () => {}).call('GET /health');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expect(body).toMatchObject({ ok: true, region: 'eu-west-1', table: 'items' });
    expect(z.parse(healthySchema, body)).toStrictEqual(body);
  });

  it('answers 503 with the reasons when a check fails, and logs why', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1');
    const { call, lines } = setUp(() =>
      Promise.reject(new PlatformError('table-unavailable', 'Cannot', { cause })),
    );
    const { status, headers, body } = await call('GET /health');
    expect(status).toBe(503);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'retry-after': '1',
      'x-region': 'eu-west-1',
    });
    expect(body).toMatchObject({ ok: false, region: 'eu-west-1', reasons: ['table-write-unavailable'] });
    expect(z.parse(unhealthySchema, body)).toStrictEqual(body);
    expect(JSON.stringify(body)).not.toContain('10.0.0.1');
    expect(lines[0]).toContain('10.0.0.1');
  });

  it('answers that it lives without running a check', async () => {
    let runs = 0;
    const { call } = setUp(async () => {
      runs += 1;
    });
    const { status, body } = await call('GET /health/live');
    expect(status).toBe(200);
    expect(z.parse(livenessSchema, body)).toStrictEqual({ ok: true, region: 'eu-west-1' });
    expect(runs).toBe(0);
  });
});
