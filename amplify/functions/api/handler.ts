import { v7 as uuidv7 } from 'uuid';
import { createItemLister } from '../../domain/item-lister.ts';
import { createItemReader } from '../../domain/item-reader.ts';
import { createItemWriter } from '../../domain/item-writer.ts';
import { createHttpHandler } from '../../http/create-http-handler.ts';
import { createItemRoutes } from '../../http/item-routes.ts';
import { createOpenApiRoute } from '../../http/open-api-route.ts';
import { createTableClient } from '../../store/create-table-client.ts';
import { createTableItemStore } from '../../store/table-item-store.ts';
import { parseEnvironment } from '../environment.ts';
import { logForeignRecord } from '../log-foreign-record.ts';
import { systemClock as clock } from '../system-clock.ts';
import { writeLogLine } from '../write-log-line.ts';

const { region, tableName, bodyLimitBytes, defaultTtlSeconds } = parseEnvironment(process.env);
// Three attempts of at most 0.8 s, and 2.5 s together (the handler's deadline): a caller with another region at
// hand is better served by an early 503 than by a late answer.
const client = createTableClient({ region, attemptsMax: 3, connectTimeoutMs: 500, attemptTimeoutMs: 800 });
const store = createTableItemStore({ client, tableName, onForeignRecord: logForeignRecord });

/** Answers every route of ordinary traffic, and `$default`. */
export const handler = createHttpHandler<'traffic'>(
  {
    ...createItemRoutes({
      writeItem: createItemWriter({ store, clock, newId: uuidv7, region, defaultTtlSeconds }),
      readItem: createItemReader({ store, clock }),
      listItems: createItemLister({ store, clock }),
      bodyLimitBytes,
    }),
    'GET /openapi.json': createOpenApiRoute(),
  },
  { region, clock, newId: uuidv7, log: writeLogLine },
);
