import type { $ZodType } from 'zod/v4/core';
import { conflictKeySchema, conflictQuerySchema, conflictsResponseSchema } from './conflict.ts';
import { counterKeySchema, counterResponseSchema, incrementSchema } from './counter.ts';
import {
  evacuatedSchema,
  evacuationKeySchema,
  evacuationRequestSchema,
  evacuationResponseSchema,
  evacuationsResponseSchema,
} from './evacuation.ts';
import { healthySchema, livenessSchema, unhealthySchema } from './health.ts';
import { itemKeySchema, itemListKeySchema } from './item.ts';
import {
  itemResponseSchema,
  patchRequestSchema,
  putRequestSchema,
  putResponseSchema,
  writeRequestSchema,
  writeResponseSchema,
} from './item-messages.ts';
import { limits } from './limits.ts';
import { listQuerySchema, listResponseSchema } from './list-query.ts';
import type { Answer, Operation } from './operation.ts';
import { replicationResponseSchema } from './replication.ts';
import type { RouteName } from './routes.ts';
import {
  bodyProblems,
  changeProblems,
  contentProblems,
  tableProblems,
  writeProblems,
  writtenHeaders,
} from './shared-problems.ts';

function writtenItem(schema: $ZodType): Answer {
  const description = 'The item as stored in this region.';
  return { description, schema, headers: writtenHeaders };
}

/** Every route's operation, by the route's name. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  getHealth: {
    tag: 'health',
    summary: 'Tell whether this region should receive traffic',
    description:
      'It should when its own replica was written and read within a second and no operator has ' +
      'evacuated it. The answer takes less than 1.5 seconds, whatever has failed.',
    answers: {
      200: { description: 'It should.', schema: healthySchema },
      503: {
        description: 'It should not, for these reasons.',
        schema: unhealthySchema,
        headers: ['retry-after'],
      },
    },
    problems: [],
  },
  getLiveness: {
    tag: 'health',
    summary: 'Tell that the function runs',
    description: 'It touches nothing else: neither the table nor another region.',
    answers: { 200: { description: 'It runs.', schema: livenessSchema } },
    problems: [],
  },
  getEvacuation: {
    tag: 'evacuations',
    summary: 'Tell whether a region is evacuated, as this region knows it',
    description:
      "Health checks ask it of the region's peers: 200 takes the region out of service, anything " +
      'else does not.',
    path: evacuationKeySchema,
    answers: {
      200: { description: 'It is, until then, by a read up to a second old.', schema: evacuatedSchema },
    },
    problems: ['invalid-request', 'not-evacuated', 'unknown-region', ...tableProblems],
  },
  listEvacuations: {
    tag: 'evacuations',
    summary: "List each region's last evacuation, and who asked for what",
    description: 'As this region knows them: what another region was told may not be here yet.',
    answers: { 200: { description: 'As this region knows them.', schema: evacuationsResponseSchema } },
    problems: [...tableProblems],
  },
  evacuateRegion: {
    tag: 'evacuations',
    summary: 'Take another region out of service for a time',
    description:
      'Repeated, it sets the time again. A region cannot evacuate itself, nor the last one in ' + 'service.',
    path: evacuationKeySchema,
    body: evacuationRequestSchema,
    answers: { 200: { description: 'The evacuation, in force here.', schema: evacuationResponseSchema } },
    problems: [
      ...bodyProblems,
      'unknown-region',
      'evacuation-refused',
      // A strongly consistent table: another region writes the same record.
      'item-contended',
      ...tableProblems,
    ],
  },
  restoreRegion: {
    tag: 'evacuations',
    summary: 'Put a region into service again',
    description: 'Any region may be asked, whoever evacuated it; also the region itself.',
    path: evacuationKeySchema,
    answers: { 204: { description: 'It is not evacuated, as far as this region can tell.' } },
    problems: ['invalid-request', 'unknown-region', 'item-contended', ...tableProblems],
  },
  writeItem: {
    tag: 'items',
    summary: 'Write a new item under a key of its own',
    description:
      'The server makes the sort key, so that items are listed in the order of time. With an ' +
      '`Idempotency-Key` a repeated request is made once, in whichever regions it is sent.',
    body: writeRequestSchema,
    requestHeaders: ['idempotency-key', 'x-session'],
    answers: { 200: writtenItem(writeResponseSchema) },
    problems: [...contentProblems, ...writeProblems],
  },
  listItems: {
    tag: 'items',
    summary: 'List the items of a partition key, newest first',
    description:
      'Items that have expired or were deleted are left out. A page ends after `limit` entries or ' +
      `${limits.pageBytesMax / 1_000_000} MB, and has a \`cursor\` if more follows. What another program wrote into the ` +
      'table is in `unreadable`, by key.',
    path: itemListKeySchema,
    query: listQuerySchema,
    answers: { 200: { description: 'One page of the list.', schema: listResponseSchema } },
    problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
  },
  getItem: {
    tag: 'items',
    summary: 'Read one item',
    description:
      'With `x-session` it is never older than what the session has seen. With `If-None-Match` it ' +
      'is answered only if it has changed.',
    path: itemKeySchema,
    requestHeaders: ['if-none-match', 'x-session'],
    answers: {
      200: { description: 'The item.', schema: itemResponseSchema, headers: ['etag', 'x-session'] },
      304: { description: 'The caller has this version of it.', headers: ['etag', 'x-session'] },
    },
    problems: [
      'invalid-request',
      'invalid-session',
      'item-not-found',
      'foreign-item',
      'replica-behind',
      ...tableProblems,
    ],
  },
  putItem: {
    tag: 'items',
    summary: "Write an item's whole new content",
    description:
      'There need not have been an item. `If-Match` and `If-None-Match` are checked in this region ' +
      'only: under eventual consistency two regions may each accept a write of the same version, ' +
      'and the conflict log then has the one that was lost.',
    path: itemKeySchema,
    body: putRequestSchema,
    requestHeaders: ['if-match', 'if-none-match', 'idempotency-key', 'x-session'],
    answers: { 200: writtenItem(putResponseSchema) },
    problems: [...contentProblems, ...changeProblems],
  },
  patchItem: {
    tag: 'items',
    summary: 'Change parts of an item',
    description:
      'By a JSON Merge Patch (RFC 7396), as `application/json` or `application/merge-patch+json`, of what this region ' +
      'holds. Preconditions are checked as with `PUT`.',
    path: itemKeySchema,
    body: patchRequestSchema,
    requestHeaders: ['if-match', 'if-none-match', 'idempotency-key', 'x-session'],
    answers: { 200: { ...writtenItem(putResponseSchema), description: 'The whole item as it is now.' } },
    problems: [...contentProblems, 'item-not-found', ...changeProblems],
  },
  deleteItem: {
    tag: 'items',
    summary: 'Delete an item',
    description: 'The deletion is remembered, so that it wins over older writes from other regions.',
    path: itemKeySchema,
    requestHeaders: ['if-match', 'if-none-match', 'idempotency-key', 'x-session'],
    answers: {
      204: { description: 'It is deleted in this region.', headers: ['x-session', 'idempotency-replayed'] },
    },
    problems: ['invalid-request', 'item-not-found', ...changeProblems],
  },
  incrementCounter: {
    tag: 'counters',
    summary: 'Add to a counter',
    description:
      'No increment is lost, whatever is cut between regions. With an `Idempotency-Key` a repeated ' +
      'increment counts once.',
    path: counterKeySchema,
    body: incrementSchema,
    requestHeaders: ['idempotency-key'],
    answers: {
      200: {
        description: 'The counter after it, as far as this region has heard.',
        schema: counterResponseSchema,
        headers: ['idempotency-replayed'],
      },
    },
    problems: [
      ...bodyProblems,
      'counter-out-of-range',
      'foreign-item',
      'idempotency-key-reused',
      'idempotency-unsupported',
      ...tableProblems,
    ],
  },
  getCounter: {
    tag: 'counters',
    summary: 'Read a counter',
    description:
      'It is 0 when nobody has counted yet. Increments of other regions are in it as far as this ' +
      'region has heard of them.',
    path: counterKeySchema,
    answers: {
      200: { description: 'The counter, as far as this region has heard.', schema: counterResponseSchema },
    },
    problems: ['invalid-request', 'foreign-item', ...tableProblems],
  },
  listConflicts: {
    tag: 'conflicts',
    summary: 'List writes that last-writer-wins has dropped',
    description:
      'Each is there whole, with the version that took its place. With `pk` those of one partition ' +
      'key, newest first; without, of all, partition key after partition key. A page ends as those ' +
      'of items do. Entries that were acknowledged are left out, and those of items that belong to somebody else.',
    query: conflictQuerySchema,
    answers: { 200: { description: 'One page of the log.', schema: conflictsResponseSchema } },
    problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
  },
  acknowledgeConflict: {
    tag: 'conflicts',
    summary: 'Take an entry off the list of dropped writes',
    description:
      'Somebody has seen to it. Repeated, it changes nothing. Sessions that have seen the write are still told of ' +
      'its loss. Other regions list the entry until they have heard of it.',
    path: conflictKeySchema,
    answers: { 204: { description: 'The entry is listed no more in this region.' } },
    problems: ['invalid-request', 'conflict-not-found', 'not-the-owner', 'foreign-item', ...tableProblems],
  },
  getReplication: {
    tag: 'health',
    summary: 'Tell how replication to this region is',
    description: "By the peers' heartbeats in this region's own replica.",
    answers: { 200: { description: 'As this region knows it.', schema: replicationResponseSchema } },
    problems: [...tableProblems],
  },
  getOpenApi: {
    tag: 'description',
    summary: 'Describe this API',
    description: 'Every region answers the same document.',
    answers: { 200: { description: 'This document.' } },
    problems: [],
  },
};
