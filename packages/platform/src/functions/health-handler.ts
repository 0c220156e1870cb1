import { createEvacuationMonitor } from '../domain/evacuation-monitor.ts';
import { createHealthMonitor } from '../domain/health-monitor.ts';
import { createHttpHandler, type HttpHandler } from '../http/create-http-handler.ts';
import { createHealthRoutes } from '../http/health-routes.ts';
import { createTableClient } from '../store/create-table-client.ts';
import { createTableEvacuationStore } from '../store/table-evacuation-store.ts';
import { createTableHealthChecks } from '../store/table-health-checks.ts';
import { parseEnvironment, type Variables } from './environment.ts';
import { createHealthMetrics } from './metrics.ts';
import { systemClock as clock, logForeignRecord, newId, writeLogLine } from './runtime.ts';

/**
 * Makes the function that answers the routes that Route 53 probes.
 *
 * @throws EnvironmentError
 */
export function createHealthHandler(variables: Variables): HttpHandler {
  const { region, regions, tableName, revision, project, stage } = parseEnvironment(variables);
  // Two attempts within the monitors' 0.9 s: one broken connection must not push a region out of service.
  const client = createTableClient({ region, attemptsMax: 2, connectTimeoutMs: 400, attemptTimeoutMs: 400 });
  const checks = createTableHealthChecks({ client, tableName, region, clock });
  const monitor = createHealthMonitor({ checks, clock });
  const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord: logForeignRecord });
  const evacuations = createEvacuationMonitor({ store, clock, regions });
  return createHttpHandler<'health'>(
    createHealthRoutes({ monitor, evacuations, region, regions, tableName, revision }),
    { region, clock, newId, log: writeLogLine, metrics: createHealthMetrics({ project, stage }) },
  );
}
