import type { HealthResponse } from '../contract/health.ts';
import type { HealthMonitor } from '../domain/health-monitor.ts';
import type { RouteHandlers } from './create-http-handler.ts';

/** What the routes of health checks need. */
export interface HealthRoutesOptions {
  readonly monitor: HealthMonitor;
  readonly region: string;
  readonly tableName: string;
}

/**
 * Makes the handlers of the routes that are probed. An unhealthy answer is no problem document: it is the answer
 * that was asked for, and its status is what Route 53 goes by.
 */
export function createHealthRoutes({
  monitor,
  region,
  tableName,
}: HealthRoutesOptions): RouteHandlers<'probe'> {
  const live = { status: 200, body: JSON.stringify({ ok: true, region }) };
  return {
    'GET /health/live': () => live,
    'GET /health': async () => {
      const { ok, reasons, checkedAtMs, latencyMs, causes } = await monitor();
      const checkedAt = new Date(checkedAtMs).toISOString();
      const body: HealthResponse = ok
        ? { ok, region, table: tableName, checkedAt, latencyMs }
        : { ok, region, reasons: [...reasons], checkedAt };
      return ok
        ? { status: 200, body }
        : { status: 503, headers: { 'retry-after': '1' }, body, cause: causes };
    },
  };
}
