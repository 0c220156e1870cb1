import { type CounterResponse, counterKeySchema, incrementSchema } from '../contract/counter.ts';
import type { Counter } from '../domain/counter.ts';
import { readIdempotencyKey, replayHeader } from './headers.ts';
import type { RouteHandler } from './http-message.ts';
import { parseJsonBody, parsePath, parseWith } from './read-request.ts';

/** What the routes of counters need. */
export interface CounterRoutesOptions {
  readonly counter: Counter;
  readonly bodyLimitBytes: number;
}

/** Makes the handlers of the routes that count. */
export function createCounterRoutes({ counter, bodyLimitBytes }: CounterRoutesOptions) {
  return {
    'POST /counters/{id}': async (request) => {
      const { id } = parsePath(counterKeySchema, request);
      const { by } = parseWith(incrementSchema, parseJsonBody(request, bodyLimitBytes), 'body');
      const idempotencyKey = readIdempotencyKey(request);
      const increment = {
        id,
        by,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey, caller: request.subject }),
      };
      const { value, isReplay } = await counter.increment(increment, { signal: request.signal });
      return { status: 200, headers: replayHeader(isReplay), body: { id, value } satisfies CounterResponse };
    },
    'GET /counters/{id}': async (request) => {
      const { id } = parsePath(counterKeySchema, request);
      const value = await counter.read(id, { signal: request.signal });
      return { status: 200, body: { id, value } satisfies CounterResponse };
    },
  } satisfies Record<string, RouteHandler>;
}
