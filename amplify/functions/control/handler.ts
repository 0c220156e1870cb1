import { createHealthMonitor, createRegionEvacuator } from '@gsp/platform/domain';
import {
  systemClock as clock,
  writeLogLine as log,
  logForeignRecord as onForeignRecord,
  parseEnvironment,
} from '@gsp/platform/functions';
import { createEvacuationRoutes, createHttpHandler } from '@gsp/platform/http';
import { createTableClient, createTableEvacuationStore, createTableHealthChecks } from '@gsp/platform/store';
import { v7 as uuidv7 } from 'uuid';

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
