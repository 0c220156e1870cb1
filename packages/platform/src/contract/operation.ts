import type { $ZodType } from 'zod/v4/core';
import type { ProblemCode } from './problems.ts';
import type { Bucket } from './routes.ts';

/** What operations are grouped by. */
export type OperationTag = 'items' | 'counters' | 'conflicts' | 'health' | 'evacuations' | 'description';

/** What the groups are, in the order in which they are shown. */
export const operationTags: Readonly<Record<OperationTag, string>> = {
  items: 'JSON documents under a partition key and a sort key, replicated to every region.',
  counters: 'Numbers that lose no increment, whatever is cut between regions.',
  conflicts: 'Writes that last-writer-wins has dropped.',
  health: 'How a region and replication to it are.',
  evacuations: 'Regions that operators take out of service.',
  description: 'This document.',
};

/** What a route takes and answers, as the OpenAPI document tells it. */
export interface Operation {
  /** What it is grouped by: of {@link operationTags}, or the plural of an entity. */
  readonly tag: string;
  /** What it does, in a few words without a full stop. */
  readonly summary: string;
  /** What a caller should know beside that, in sentences. */
  readonly description: string;
  readonly path?: $ZodType;
  readonly query?: $ZodType;
  readonly body?: $ZodType;
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
  readonly schema?: $ZodType;
  /** Names of components in the document's `headers`, beyond those of every response. */
  readonly headers?: readonly ('etag' | 'retry-after' | 'x-session' | 'idempotency-replayed')[];
}
