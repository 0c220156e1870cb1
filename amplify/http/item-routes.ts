import { itemKeySchema, itemListKeySchema } from '../contract/item.ts';
import { type ListResponse, listQuerySchema } from '../contract/list-query.ts';
import { type WriteResponse, writeRequestSchema } from '../contract/write-request.ts';
import type { ItemLister } from '../domain/item-lister.ts';
import type { ItemReader } from '../domain/item-reader.ts';
import type { ItemWriter } from '../domain/item-writer.ts';
import { encodeVersion } from '../domain/version-vector.ts';
import type { HttpRequest, RouteHandler } from './http-message.ts';
import { decodeCursor, encodeCursor } from './list-cursor.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { parseWith } from './parse-with.ts';

/** What the routes of items need. */
export interface ItemRoutesOptions {
  readonly writeItem: ItemWriter;
  readonly readItem: ItemReader;
  readonly listItems: ItemLister;
  readonly bodyLimitBytes: number;
}

/** Makes the handlers of the routes that write, read and list items. */
export function createItemRoutes(options: ItemRoutesOptions) {
  const { writeItem, readItem, listItems, bodyLimitBytes } = options;
  return {
    'POST /write': async (request) => {
      const body = parseWith(writeRequestSchema, parseJsonBody(request, bodyLimitBytes), 'body');
      const item = await writeItem(body, { signal: request.signal });
      return { status: 200, body: { written: true, item } satisfies WriteResponse };
    },
    'GET /items/{pk}': async (request) => {
      const { pk } = parseWith(itemListKeySchema, request.pathParameters, 'path');
      const { limit, cursor } = parseWith(listQuerySchema, readListQuery(request), 'query string');
      const list = `items:${pk}`;
      const before = cursor === undefined ? {} : { before: decodeCursor(list, cursor) };
      const { items, next } = await listItems({ pk, limit, ...before }, { signal: request.signal });
      const body: ListResponse = {
        items: [...items],
        ...(next === undefined ? {} : { cursor: encodeCursor(list, next) }),
      };
      return { status: 200, body };
    },
    'GET /items/{pk}/{sk}': async (request) => {
      const key = parseWith(itemKeySchema, request.pathParameters, 'path');
      const item = await readItem(key, { signal: request.signal });
      return { status: 200, headers: { etag: `"${encodeVersion(item.version)}"` }, body: { item } };
    },
  } satisfies Record<string, RouteHandler>;
}

// A query string is text; what does not look like a number is left as it is for the schema to refuse.
function readListQuery({ query }: HttpRequest): Record<string, unknown> {
  const { limit, cursor } = query;
  return { limit: limit !== undefined && /^\d{1,9}$/.test(limit) ? Number(limit) : limit, cursor };
}
