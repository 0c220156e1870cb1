import { v7 as uuidv7 } from 'uuid';
import { createHealthMonitor } from '../../domain/health-monitor.ts';
import { createRegionEvacuator } from '../../domain/region-evacuator.ts';
import { createHttpHandler } from '../../http/create-http-handler.ts';
import { createEvacuationRoutes } from '../../http/evacuation-routes.ts';
import { createTableClient } from '../../store/create-table-client.ts';
import { createTableEvacuationStore } from '../../store/table-evacuation-store.ts';
import { createTableHealthChecks } from '../../store/table-health-checks.ts';
import { parseEnvironment } from '../environment.ts';
import { logForeignRecord as onForeignRecord } from '../log-foreign-record.ts';
import { systemClock as clock } from '../system-clock.ts';
import { writeLogLine as log } from '../write-log-line.ts';

const { region, regions, tableName, bodyLimitBytes } = parseEnvironment(process.env);
// As long as for a write of the API: an operator with another region at hand is better served by an early 503.
const client = createTableClient({ region, attemptsMax: 3, connectTimeoutMs: 500, attemptTimeoutMs: 800 });
const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord });
const checks = createTableHealthChecks({ client, tableName, region });
const monitor = createHealthMonitor({ checks, clock });
const evacuator = createRegionEvacuator({ store, monitor, region, regions, clock, newId: uuidv7 });

/** Answers the routes that operators call. */
export const handler = createHttpHandler<'control'>(
  createEvacuationRoutes({ evacuator, region, bodyLimitBytes, clock, log }),
  // Checks, a read and two writes, one after the other.
  { region, clock, newId: uuidv7, log, deadlineMs: 5_000 },
);
