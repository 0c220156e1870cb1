import { createEvacuationMonitor, createHealthMonitor } from '@gsp/platform/domain';
import {
  systemClock as clock,
  createHealthMetrics,
  logForeignRecord as onForeignRecord,
  parseEnvironment,
  writeLogLine,
} from '@gsp/platform/functions';
import { createHealthRoutes, createHttpHandler } from '@gsp/platform/http';
import { createTableClient, createTableEvacuationStore, createTableHealthChecks } from '@gsp/platform/store';
import { v7 as uuidv7 } from 'uuid';

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
