import type { ZodMiniType } from 'zod/mini';
import { healthySchema, livenessSchema, unhealthySchema } from './health.ts';
import { itemKeySchema, itemListKeySchema, itemResponseSchema } from './item.ts';
import { listQuerySchema, listResponseSchema } from './list-query.ts';
import type { ProblemCode } from './problems.ts';
import type { RouteName } from './routes.ts';
import { writeRequestSchema, writeResponseSchema } from './write-request.ts';

/** What a route takes and answers, as the OpenAPI document tells it. */
export interface Operation {
  readonly summary: string;
  readonly path?: ZodMiniType;
  readonly query?: ZodMiniType;
  readonly body?: ZodMiniType;
  /** Answers that are no problems, by status. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems beyond `internal-error`, which every route may answer. */
  readonly problems: readonly ProblemCode[];
}

/** One answer of a route. */
export interface Answer {
  readonly description: string;
  /** Absent when the answer is described elsewhere. */
  readonly schema?: ZodMiniType;
  /** Names of components in the document's `headers`, beyond those of every response. */
  readonly headers?: readonly ('etag' | 'retry-after')[];
}

const tableProblems = ['table-throttled', 'table-timeout', 'table-unavailable'] as const;

/** Every route's operation, by the route's name. */
export const operations: Readonly<Record<RouteName, Operation>> = {
  getHealth: {
    summary:
      'Tell whether this region should receive traffic: its own replica was written and read within a second',
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
  writeItem: {
    summary: 'Write a new item under a key of its own',
    body: writeRequestSchema,
    answers: { 200: { description: 'The item as stored in this region.', schema: writeResponseSchema } },
    problems: [
      'malformed-body',
      'invalid-request',
      'body-too-large',
      'unsupported-media-type',
      ...tableProblems,
    ],
  },
  listItems: {
    summary: 'List the items of a partition key, newest first, without those that have expired',
    path: itemListKeySchema,
    query: listQuerySchema,
    answers: { 200: { description: 'One page of the list.', schema: listResponseSchema } },
    problems: ['invalid-request', 'invalid-cursor', ...tableProblems],
  },
  getItem: {
    summary: 'Read one item',
    path: itemKeySchema,
    answers: { 200: { description: 'The item.', schema: itemResponseSchema, headers: ['etag'] } },
    problems: ['invalid-request', 'item-not-found', ...tableProblems],
  },
  getOpenApi: {
    summary: 'Describe this API',
    answers: { 200: { description: 'This document.' } },
    problems: [],
  },
};
