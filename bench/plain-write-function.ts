import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { routes, writeRequestSchema } from '@gsp/platform/contract';
import { systemClock as clock, parseEnvironment, writeLogLine } from '@gsp/platform/functions';
import {
  createHttpHandler,
  parseJsonBody,
  parseWith,
  type RouteHandler,
  type RouteHandlers,
} from '@gsp/platform/http';
import { createTableClient, toMarshallable } from '@gsp/platform/store';
import { v7 as uuidv7 } from 'uuid';

/**
 * `POST /write` without what makes writes global: no version, no history, no idempotency, no session, no condition.
 * The rest is the platform's own, so that the difference between the two is what those cost.
 */
const { region, tableName, bodyLimitBytes, defaultTtlSeconds } = parseEnvironment(process.env);
const client = createTableClient({ region, attemptsMax: 3, connectTimeoutMs: 500, attemptTimeoutMs: 800 });

const write: RouteHandler = async (request) => {
  const { pk, data, ttlSeconds } = parseWith(
    writeRequestSchema,
    parseJsonBody(request, bodyLimitBytes),
    'body',
  );
  const nowMs = Date.now();
  const ttl = Math.floor(nowMs / 1000) + (ttlSeconds ?? defaultTtlSeconds);
  const item = { pk, sk: uuidv7(), createdAt: new Date(nowMs).toISOString(), ttl, region };
  const stored = data === undefined ? item : { ...item, data: toMarshallable(data) };
  await client.send(new PutCommand({ TableName: tableName, Item: stored }), { abortSignal: request.signal });
  return { status: 200, body: { written: true, item: { ...item, data } } };
};

const notMeasured: RouteHandler = () => ({ status: 501, body: {} });
const handlers = Object.fromEntries(routes.map(({ method, path }) => [`${method} ${path}`, notMeasured]));

export const handler = createHttpHandler<'traffic'>(
  { ...(handlers as RouteHandlers<'traffic'>), 'POST /write': write },
  { region, clock, newId: uuidv7, log: writeLogLine },
);
