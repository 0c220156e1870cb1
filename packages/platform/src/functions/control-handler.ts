import { createHealthMonitor } from '../domain/health-monitor.ts';
import { createRegionEvacuator } from '../domain/region-evacuator.ts';
import { createHttpHandler, type HttpHandler } from '../http/create-http-handler.ts';
import { createEvacuationRoutes } from '../http/evacuation-routes.ts';
import { createTableClient } from '../store/create-table-client.ts';
import { createTableEvacuationStore } from '../store/table-evacuation-store.ts';
import { createTableHealthChecks } from '../store/table-health-checks.ts';
import { parseEnvironment, type Variables } from './environment.ts';
import { systemClock as clock, writeLogLine as log, logForeignRecord, newId } from './runtime.ts';

/**
 * Makes the function that answers the routes that operators call.
 *
 * @throws EnvironmentError
 */
export function createControlHandler(variables: Variables): HttpHandler {
  const { region, regions, tableName, bodyLimitBytes } = parseEnvironment(variables);
  // As long as for a write of the API: an operator with another region at hand is better served by an early 503.
  const client = createTableClient({ region, attemptsMax: 3, connectTimeoutMs: 500, attemptTimeoutMs: 800 });
  const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord: logForeignRecord });
  const checks = createTableHealthChecks({ client, tableName, region, clock });
  const monitor = createHealthMonitor({ checks, clock });
  const evacuator = createRegionEvacuator({ store, monitor, region, regions, clock, newId });
  return createHttpHandler<'control'>(
    createEvacuationRoutes({ evacuator, region, bodyLimitBytes, clock, log }),
    // Checks, a read and two writes, one after the other.
    { region, clock, newId, log, deadlineMs: 5_000 },
  );
}
