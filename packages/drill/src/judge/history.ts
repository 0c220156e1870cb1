import { z } from 'zod';
import { type ObservedTally, type TallyAction, tallyName } from './tally.ts';

/** Counts by region, as the API's `version` holds them. */
export type Version = Readonly<Record<string, number>>;

/** An item as a client saw it, or the whole image of a write that a conflict entry holds. */
export interface ObservedItem {
  readonly pk: string;
  readonly sk: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Absent: it lives for ever. */
  readonly ttl?: number;
  /** Region that made the write. */
  readonly region: string;
  readonly version: Version;
  /** True for the mark that a deletion leaves; only the conflict log shows such images. */
  readonly deleted?: boolean;
  readonly data?: unknown;
}

/** An entry of the conflict log as a client saw it. */
export interface ObservedConflict {
  readonly loser: ObservedItem;
  readonly winner?: {
    readonly region: string;
    readonly version: Version;
    readonly updatedAt: string;
    readonly deleted?: boolean;
  };
  readonly detectedAt: string;
  readonly detectedIn: string;
}

/** What a session token says of the item that was just written or read. */
export interface Sighting {
  readonly region: string;
  /** The region's count in the version that was seen. */
  readonly count: number;
}

/**
 * One thing that a client set out to do. It may take several attempts, in several regions; with an idempotency key
 * all of them are the same write. Its `id` stands in the data of what it writes, as `{"op": id}`.
 */
export type Operation = {
  readonly id: string;
  readonly client: string;
  readonly idempotencyKey?: string;
} & (
  | { readonly kind: 'post'; readonly pk: string }
  | {
      readonly kind: 'put';
      readonly pk: string;
      readonly sk: string;
      /** The version that must stand in the region; `none` for no item at all. */
      readonly match?: Version | 'none';
      /** What is said of how long it lives: seconds, or for ever; absent where nothing is. */
      readonly ttlSeconds?: number | null;
    }
  | { readonly kind: 'delete'; readonly pk: string; readonly sk: string; readonly match?: Version }
  | { readonly kind: 'read'; readonly pk: string; readonly sk: string; readonly isLast?: true }
  | { readonly kind: 'increment'; readonly counter: string; readonly by: number }
  | { readonly kind: 'count'; readonly counter: string }
  | TallyAction
  /** Another request under a key that was acknowledged before: it must be refused. */
  | { readonly kind: 'misuse'; readonly method: 'POST' | 'PUT'; readonly path: string; readonly body: object }
);

/** How an attempt ended for its client. */
export interface Answer {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Why there was no answer. */
  readonly error?: string;
  /** Whether nothing of the request ever left: then it was not carried out, whatever else is unknown. */
  readonly isUnsent?: true;
  /** Last part of a problem's `type`. */
  readonly problem?: string;
  /** Region that a `replica-behind` names. */
  readonly namedRegion?: string;
  readonly isReplay?: boolean;
  readonly item?: ObservedItem;
  readonly superseded?: ObservedConflict;
  readonly sighting?: Sighting;
  /** Value of a counter. */
  readonly value?: number;
  readonly tally?: ObservedTally;
  /** What the index found. */
  readonly tallies?: readonly ObservedTally[];
}

/** One request and its answer. Times are milliseconds since the run began, by the clients' one clock. */
export interface Attempt {
  readonly operation: Operation;
  readonly region: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether the request carried the client's session. */
  readonly inSession: boolean;
  /** Whether the client went on with the session of the answer; of two attempts at once it can only keep one. */
  readonly keptSession: boolean;
  readonly answer: Answer;
}

/** Everything that clients did and saw, in the order in which the attempts began. */
export interface History {
  readonly regions: readonly string[];
  readonly attempts: readonly Attempt[];
}

/** What one region answers once everything has settled. */
export interface RegionView {
  readonly region: string;
  readonly items: readonly ObservedItem[];
  /** The conflict log as a whole, as far as it is about this run's items. */
  readonly conflicts: readonly ObservedConflict[];
  /** The conflict log again, asked for partition by partition. */
  readonly conflictsByKey: readonly ObservedConflict[];
  readonly counters: Readonly<Record<string, number>>;
  /** Absent where the stage has no tallies. */
  readonly tallies?: TallyView;
  /** Batches of its stream that its consumer gave up during the run; absent where nobody tells. */
  readonly batchesGivenUp?: number;
}

/** What one region answers about tallies once everything has settled. */
export interface TallyView {
  readonly items: readonly ObservedTally[];
  /** What the index finds, by kind. */
  readonly byKind: Readonly<Record<string, readonly ObservedTally[]>>;
  /** Losses that were not merged. */
  readonly conflicts: readonly ObservedConflict[];
}

/** One breach of a promise. */
export interface Violation {
  /** What is wrong, with what was expected. */
  readonly detail: string;
  /** The item or counter at fault, as {@link subjectOf} names it. */
  readonly subject: string;
}

/** A judge of one promise: it sees what clients saw, nothing else. */
export type Checker = (history: History, views: readonly RegionView[]) => readonly Violation[];

/** Names an item in violations and indexes. */
export function itemName({ pk, sk }: { readonly pk: string; readonly sk: string }): string {
  return `${pk}/${sk}`;
}

/** The item or counter that an attempt was about; for a POST without an answer only its partition is known. */
export function subjectOf({ operation, answer }: Pick<Attempt, 'operation' | 'answer'>): string {
  switch (operation.kind) {
    case 'post':
      return answer.item === undefined ? operation.pk : itemName(answer.item);
    case 'put':
    case 'delete':
    case 'read':
      return itemName(operation);
    case 'increment':
    case 'count':
      return `counter ${operation.counter}`;
    case 'open':
    case 'mark':
    case 'drop':
    case 'look':
      return tallyName(operation.tally);
    case 'find':
      return `tallies of ${operation.tallyKind}`;
    case 'misuse':
      return operation.path;
  }
}

/** Whether the client was told that it is done. */
export function isAcknowledged({ answer: { status } }: Pick<Attempt, 'answer'>): boolean {
  return status >= 200 && status < 300;
}

const REFUSALS = new Set([400, 404, 405, 412, 413, 415, 422]);

/** Whether the client was told that it is not done and never will be. Anything between is unknown. */
export function isRefused({ answer: { status } }: Pick<Attempt, 'answer'>): boolean {
  return REFUSALS.has(status);
}

/**
 * Whether an attempt is known to have made nothing, whatever becomes of others: refused, for now or for good, or
 * never sent.
 */
export function isUnmade(attempt: Pick<Attempt, 'answer'>): boolean {
  const { problem, isUnsent } = attempt.answer;
  return isRefused(attempt) || problem === 'replica-behind' || isUnsent === true;
}

/** Attempts by the operation that they belong to, in order. */
export function attemptsByOperation({ attempts }: Pick<History, 'attempts'>): Map<string, Attempt[]> {
  const found = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const others = found.get(attempt.operation.id);
    if (others === undefined) found.set(attempt.operation.id, [attempt]);
    else others.push(attempt);
  }
  return found;
}

/** The id of the operation that wrote this data, as every write of a drill carries it. */
export function operationIdIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('op' in data)) return undefined;
  return typeof data.op === 'string' ? data.op : undefined;
}

/*
 * The judge's own description of what the API answers. It is independent of the platform's contract on purpose, and the
 * only one that is: a judge who read answers by the definition that makes them would call a mistake in it right.
 */
const versionSchema = z.record(z.string(), z.number());

/** What judging needs of an item; anything else that the API may say is left out. */
const itemSchema: z.ZodType<ObservedItem> = z.object({
  pk: z.string(),
  sk: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  ttl: z.exactOptional(z.number()),
  region: z.string(),
  version: versionSchema,
  deleted: z.exactOptional(z.boolean()),
  data: z.exactOptional(z.unknown()),
});

const conflictSchema: z.ZodType<ObservedConflict> = z.object({
  loser: itemSchema,
  winner: z.exactOptional(
    z.object({
      region: z.string(),
      version: versionSchema,
      updatedAt: z.string(),
      deleted: z.exactOptional(z.boolean()),
    }),
  ),
  detectedAt: z.string(),
  detectedIn: z.string(),
});

/** What judging needs of any answer, a problem included; independent of the platform's contract on purpose. */
export const answerSchema = z.object({
  item: z.exactOptional(itemSchema),
  superseded: z.exactOptional(conflictSchema),
  value: z.exactOptional(z.number()),
  type: z.exactOptional(z.string()),
  region: z.exactOptional(z.string()),
});

/** A page of a list, of items or of conflicts. */
export const pageSchema = z.object({
  items: z.exactOptional(z.array(itemSchema)),
  conflicts: z.exactOptional(z.array(conflictSchema)),
  cursor: z.exactOptional(z.string()),
});

/** A counter's answer. */
export const counterSchema = z.object({ value: z.number() });
