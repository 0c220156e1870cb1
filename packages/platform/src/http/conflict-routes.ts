import { type ConflictsResponse, conflictQuerySchema } from '../contract/conflict.ts';
import type { ConflictLog } from '../domain/conflict-log.ts';
import type { RouteHandler } from './http-message.ts';
import { decodeCursor, encodeCursor, readListQuery } from './list-cursor.ts';
import { parseWith } from './read-request.ts';

/** What the route of the conflict log needs. */
export interface ConflictRoutesOptions {
  readonly conflicts: Pick<ConflictLog, 'list'>;
}

/** Makes the handler of the route that lists lost writes. */
export function createConflictRoutes({ conflicts }: ConflictRoutesOptions) {
  return {
    'GET /conflicts': async (request) => {
      const { pk, limit, cursor } = parseWith(conflictQuerySchema, readListQuery(request), 'query string');
      const list = pk === undefined ? 'conflicts' : `conflicts:${pk}`;
      const query = {
        limit,
        ...(pk === undefined ? {} : { pk }),
        ...(cursor === undefined ? {} : { after: decodeCursor(list, cursor) }),
      };
      const { conflicts: found, next } = await conflicts.list(query, { signal: request.signal });
      const body: ConflictsResponse = {
        conflicts: [...found],
        ...(next === undefined ? {} : { cursor: encodeCursor(list, next) }),
      };
      return { status: 200, body };
    },
  } satisfies Record<string, RouteHandler>;
}
