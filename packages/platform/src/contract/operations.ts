import type { ZodMiniType } from 'zod/mini';
import { conflictQuerySchema, conflictsResponseSchema } from './conflict.ts';
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
  putRequestSchema,
  putResponseSchema,
  writeRequestSchema,
  writeResponseSchema,
} from './item-messages.ts';
import { listQuerySchema, listResponseSchema } from './list-query.ts';
import type { ProblemCode } from './problems.ts';
import { replicationResponseSchema } from './replication.ts';
import type { Bucket, RouteName } from './routes.ts';

/** What a route takes and answers, as the OpenAPI document tells it. */
export interface Operation {
  readonly summary: string;
  readonly path?: ZodMiniType;
  readonly query?: ZodMiniType;
  readonly body?: ZodMiniType;
  /** Names of components in the document's `parameters`: request headers that it follows. */
  readonly requestHeaders?: readonly RequestHeader[];
  /** Answers that are no problems, by status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems of its own, beyond {@link problemsOf} its bucket. */
  readonly problems: readonly ProblemCode[];
}

/**
 * Problems that every route of a bucket may answer. Those of the edge are of ordinary traffic alone, and of stages whose
 * edge is enforced: what probes and operators ask, each region answers directly.
 */
export function problemsOf(bucket: Bucket): readonly ProblemCode[] {
  return bucket === 'traffic' ? ['edge-required', 'edge-unverifiable', 'internal-error'] : ['internal-error'];
}

/** Request headers that some routes follow, by their lower-case names. */
export type RequestHeader = 'idempotency-key' | 'if-match' | 'if-none-match' | 'x-session';

/** One answer of a route. */
export interface Answer {
  readonly description: string;
  /** Absent when the answer is described elsewhere. */
  readonly schema?: ZodMiniType;
  /** Names of components in the document's `headers`, beyond those of every response. */
  readonly headers?: readonly ('etag' | 'retry-after' | 'x-session' | 'idempotency-replayed')[];
}

const bodyProblems = [
  'malformed-body',
  'invalid-request',
  'body-too-large',
  'unsupported-media-type',
  'unsupported-content-encoding',
] as const;
const tableProblems = ['table-throttled', 'table-timeout', 'table-unavailable'] as const;

/** Every route's operation, by the route's name. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  getHealth: {
    summary:
      'Tell whether this region should receive traffic: its own replica was written and read within a second, ' +
      'and it is not evacuated',
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
    summary: 'Tell that the function runs, touching nothing else',
    answers: { 200: { description: 'It runs.', schema: livenessSchema } },
    problems: [],
  },
  getEvacuation: {
    summary: 'Tell whether a region is evacuated, as this region knows it: what health checks ask its peers',
    path: evacuationKeySchema,
    answers: {
      200: { description: 'It is, until then, by a read up to a second old.', schema: evacuatedSchema },
    },
    problems: ['invalid-request', 'not-evacuated', 'unknown-region', ...tableProblems],
  },
  listEvacuations: {
    summary: "List each region's last evacuation, and who asked for what",
    answers: { 200: { description: 'As this region knows them.', schema: evacuationsResponseSchema } },
    problems: [...tableProblems],
  },
  evacuateRegion: {
    summary: 'Take another region out of service for a time; repeated, it sets the time anew',
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
    summary: 'Put a region into service again, whoever evacuated it; it may be asked itself',
    path: evacuationKeySchema,
    answers: { 204: { description: 'It is not evacuated, as far as this region can tell.' } },
    problems: ['invalid-request', 'unknown-region', 'item-contended', ...tableProblems],
  },
  writeItem: {
    summary: 'Write a new item under a key of its own',
    body: writeRequestSchema,
    requestHeaders: ['idempotency-key', 'x-session'],
    answers: {
      200: {
        description: 'The item as stored in this region.',
        schema: writeResponseSchema,
        headers: ['etag', 'x-session', 'idempotency-replayed'],
      },
    },
    problems: [
      ...bodyProblems,
      'invalid-session',
      'item-contended',
      'idempotency-key-reused',
      ...tableProblems,
    ],
  },
  listItems: {
    summary:
      'List the items of a partition key, newest first, without those that have expired or were deleted',
    path: itemListKeySchema,
    query: listQuerySchema,
    answers: { 200: { description: 'One page of the list.', schema: listResponseSchema } },
    problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
  },
  getItem: {
    summary: 'Read one item, not before what the session has seen of it',
    path: itemKeySchema,
    requestHeaders: ['if-none-match', 'x-session'],
    answers: {
      200: { description: 'The item.', schema: itemResponseSchema, headers: ['etag', 'x-session'] },
      304: { description: 'The caller has this version of it.', headers: ['etag', 'x-session'] },
    },
    problems: ['invalid-request', 'invalid-session', 'item-not-found', 'replica-behind', ...tableProblems],
  },
  putItem: {
    summary: "Write an item's whole new content",
    path: itemKeySchema,
    body: putRequestSchema,
    requestHeaders: ['if-match', 'if-none-match', 'idempotency-key', 'x-session'],
    answers: {
      200: {
        description: 'The item as stored in this region.',
        schema: putResponseSchema,
        headers: ['etag', 'x-session', 'idempotency-replayed'],
      },
    },
    problems: [
      ...bodyProblems,
      'invalid-session',
      'item-contended',
      'item-changed',
      'idempotency-key-reused',
      ...tableProblems,
    ],
  },
  deleteItem: {
    summary: 'Delete an item; the deletion is remembered, so that it wins over older writes from elsewhere',
    path: itemKeySchema,
    requestHeaders: ['if-match', 'if-none-match', 'idempotency-key', 'x-session'],
    answers: {
      204: { description: 'It is deleted in this region.', headers: ['x-session', 'idempotency-replayed'] },
    },
    problems: [
      'invalid-request',
      'invalid-session',
      'item-not-found',
      'item-contended',
      'item-changed',
      'idempotency-key-reused',
      ...tableProblems,
    ],
  },
  incrementCounter: {
    summary: 'Add to a counter; no increment is lost, whatever is cut between regions',
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
      'idempotency-key-reused',
      'idempotency-unsupported',
      ...tableProblems,
    ],
  },
  getCounter: {
    summary: 'Read a counter: 0 when nobody has counted yet',
    path: counterKeySchema,
    answers: {
      200: { description: 'The counter, as far as this region has heard.', schema: counterResponseSchema },
    },
    problems: ['invalid-request', ...tableProblems],
  },
  listConflicts: {
    summary: 'List writes that last-writer-wins has dropped, whole',
    query: conflictQuerySchema,
    answers: { 200: { description: 'One page of the log.', schema: conflictsResponseSchema } },
    problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
  },
  getReplication: {
    summary: "Tell how replication to this region stands, by the peers' heartbeats in its own replica",
    answers: { 200: { description: 'As this region knows it.', schema: replicationResponseSchema } },
    problems: [...tableProblems],
  },
  getOpenApi: {
    summary: 'Describe this API',
    answers: { 200: { description: 'This document.' } },
    problems: [],
  },
};
