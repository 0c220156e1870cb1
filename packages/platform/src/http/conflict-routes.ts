import { type ConflictsResponse, conflictKeySchema, conflictQuerySchema } from '../contract/conflict.ts';
import type { Entity } from '../contract/entity.ts';
import { limits } from '../contract/limits.ts';
import type { ConflictLog } from '../domain/conflict-log.ts';
import { type ConflictRule, conflictRule } from '../domain/conflict-rule.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpRequest, RouteHandler } from './http-message.ts';
import { decodeCursor, pageMembers, readListQuery } from './list-cursor.ts';
import { parsePath, parseWith } from './read-request.ts';

/** What the route of the conflict log needs. */
export interface ConflictRoutesOptions {
  readonly conflicts: Pick<ConflictLog, 'list' | 'acknowledge'>;
  /** Those whose owners the log obeys. @default - none */
  readonly entities?: readonly Entity[];
}

/** Makes the handlers of the routes of lost writes. */
export function createConflictRoutes({ conflicts, entities = [] }: ConflictRoutesOptions) {
  const owned = entities.filter(({ access }) => access.owner !== undefined);
  const ruleOf = ({ owner }: HttpRequest): Partial<ConflictRule> =>
    owned.length === 0 ? {} : conflictRule(owned, owner);
  return {
    'GET /conflicts': async (request) => {
      const { pk, limit, cursor } = parseWith(conflictQuerySchema, readListQuery(request), 'query string');
      const list = pk === undefined ? 'conflicts' : `conflicts:${pk}`;
      // A position in the list of all has two keys.
      const bytesMax = (pk === undefined ? 3 : 1) * limits.sortKeyBytesMax;
      const { isVisible } = ruleOf(request);
      const query = {
        limit,
        ...(isVisible && { isVisible }),
        ...(pk === undefined ? {} : { pk }),
        ...(cursor === undefined ? {} : { after: decodeCursor(list, cursor, bytesMax) }),
      };
      const page = await conflicts.list(query, { signal: request.signal });
      const body: ConflictsResponse = { conflicts: [...page.entries], ...pageMembers(list, page) };
      return { status: 200, body };
    },
    'POST /conflicts/{id}/acknowledge': async (request) => {
      const { id } = parsePath(conflictKeySchema, request);
      const { requireOwner } = ruleOf(request);
      const call = { signal: request.signal, ...(requireOwner && { requireOwner }) };
      if (await conflicts.acknowledge(id, call)) return { status: 204, body: '' };
      throw new PlatformError(
        'conflict-not-found',
        'Cannot acknowledge the conflict: the log of this region has no such entry',
      );
    },
  } satisfies Record<string, RouteHandler>;
}
