import { v7 as uuidv7 } from 'uuid';
import { createEvacuationMonitor } from '../../domain/evacuation-monitor.ts';
import { createHealthMonitor } from '../../domain/health-monitor.ts';
import { createHttpHandler } from '../../http/create-http-handler.ts';
import { createHealthRoutes } from '../../http/health-routes.ts';
import { createTableClient } from '../../store/create-table-client.ts';
import { createTableEvacuationStore } from '../../store/table-evacuation-store.ts';
import { createTableHealthChecks } from '../../store/table-health-checks.ts';
import { parseEnvironment } from '../environment.ts';
import { logForeignRecord as onForeignRecord } from '../log-foreign-record.ts';
import { createHealthMetrics } from '../metrics/health-metrics.ts';
import { systemClock as clock } from '../system-clock.ts';
import { writeLogLine } from '../write-log-line.ts';

const { region, regions, tableName, revision, project, stage } = parseEnvironment(process.env);
// Two attempts within the monitors' 0.9 s: one broken connection must not push a region out of service.
const client = createTableClient({ region, attemptsMax: 2, connectTimeoutMs: 400, attemptTimeoutMs: 400 });
const monitor = createHealthMonitor({
  checks: createTableHealthChecks({ client, tableName, region }),
  clock,
});
const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord });
const evacuations = createEvacuationMonitor({ store, clock, regions });

/** Answers the routes that Route 53 probes. */
export const handler = createHttpHandler<'probe'>(
  createHealthRoutes({ monitor, evacuations, region, regions, tableName, revision }),
  { region, clock, newId: uuidv7, log: writeLogLine, metrics: createHealthMetrics({ project, stage }) },
);
