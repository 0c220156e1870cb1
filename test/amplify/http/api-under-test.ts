import type { Context } from 'aws-lambda';
import { createItemLister } from '../../../amplify/domain/item-lister.ts';
import { createItemReader } from '../../../amplify/domain/item-reader.ts';
import type { ItemStore } from '../../../amplify/domain/item-store.ts';
import { createItemWriter } from '../../../amplify/domain/item-writer.ts';
import { createHttpHandler } from '../../../amplify/http/create-http-handler.ts';
import { createItemRoutes } from '../../../amplify/http/item-routes.ts';
import { createOpenApiRoute } from '../../../amplify/http/open-api-route.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { memoryItemStore } from '../store/memory-item-store.ts';
import { type HttpApiEventOptions, httpApiEvent, lambdaContext } from './http-api-event.ts';

/** Header of a JSON body. */
export const json = { 'content-type': 'application/json' };

/** The `api` function's routes over a store, with a clock that stands still and a body limit of 64 bytes. */
export function apiUnderTest(store: ItemStore = memoryItemStore()) {
  const clock = manualClock();
  const lines: Record<string, unknown>[] = [];
  const rawLines: string[] = [];
  let ids = 0;
  const newId = () => `id-${String(++ids).padStart(4, '0')}`;
  const handler = createHttpHandler<'traffic'>(
    {
      ...createItemRoutes({
        writeItem: createItemWriter({ store, clock, newId, region: 'eu-west-1', defaultTtlSeconds: 3600 }),
        readItem: createItemReader({ store, clock }),
        listItems: createItemLister({ store, clock }),
        bodyLimitBytes: 64,
      }),
      'GET /openapi.json': createOpenApiRoute(),
    },
    {
      region: 'eu-west-1',
      clock,
      newId,
      log: (line) => {
        rawLines.push(line);
        lines.push(JSON.parse(line));
      },
    },
  );
  const call = async (
    routeKey: string,
    options?: HttpApiEventOptions,
    context: Context = lambdaContext(),
  ) => {
    const { statusCode, headers, body } = await handler(httpApiEvent(routeKey, options), context);
    return { status: statusCode, headers, body: JSON.parse(body) };
  };
  return { call, clock, lines, rawLines, handler };
}
