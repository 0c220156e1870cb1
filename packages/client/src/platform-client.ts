import type { Conflict, CounterResponse, Item, ItemKey, JsonValue } from '@gsp/platform/contract';
import type { ClientEvents } from './client-events.ts';
import type { RegionView } from './region.ts';
import type { Session } from './session.ts';

/** What every call takes beside what it is about. */
export interface CallOptions {
  /** Ends the wait; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Longest wait for the answer, all attempts together, in milliseconds.
   * @default - that of the client
   */
  readonly timeoutMs?: number;
  /** The one region to ask, whatever its state: no failover, no hedge. @default - the client chooses */
  readonly region?: string;
  /** Whose reads see their own writes; null for a call outside of any session. @default - the client's own session */
  readonly session?: Session | null;
  /** Follows the call through every log. @default - a new one for each call */
  readonly correlationId?: string;
}

/** What every write takes. */
export interface WriteOptions extends CallOptions {
  /**
   * Names the write, so that it is made once however often it is sent, and wherever. Null sends none: such a write is
   * never repeated, and may end with {@link OutcomeUnknownError}.
   * @default - a new one for each call
   */
  readonly idempotencyKey?: string | null;
}

/** What a write to one item takes. */
export interface ConditionalWriteOptions extends WriteOptions {
  /** Write only if the item still has this ETag, as an earlier answer gave it. */
  readonly ifMatch?: string;
  /** Write only if there is no such item. */
  readonly ifNoneMatch?: '*';
}

/** How a call was answered. */
export interface AnswerFacts {
  /** Region that answered. */
  readonly region: string;
  /** Requests sent for the call. */
  readonly attempts: number;
  readonly latencyMs: number;
  readonly correlationId: string;
  /** ETag of the item, for a later `ifMatch`; null where the answer has none. */
  readonly etag: string | null;
  /** Whether the write had been made before, under the same key. */
  readonly replayed: boolean;
}

/** What was answered, and how. */
export type Answered<T> = T & { readonly answer: AnswerFacts };

/** Which page of a list. */
export interface PageRequest {
  /** 1 to 100. @default 20 */
  readonly limit?: number;
  /** `cursor` of the page before. */
  readonly cursor?: string;
}

/** One page of a list. It ends by its count or by its bytes. */
export interface PageEnd {
  /** Where the next page starts; there where there is more, even if this page is short or empty. */
  readonly cursor?: string;
  /** Keys of records on this page that another program wrote into the table. */
  readonly unreadable?: readonly ItemKey[];
}

/**
 * The platform, from wherever it answers. Each method is one operation of the contract and takes its name.
 *
 * Every method rejects with a {@link ProblemError} for what the platform refuses, a {@link RegionsUnavailableError} when
 * no region answered well, a {@link DeadlineExceededError} when time was up, and the signal's reason when the caller has
 * gone.
 */
export interface PlatformClient {
  writeItem(
    write: { readonly pk?: string; readonly data?: JsonValue; readonly ttlSeconds?: number | null },
    options?: WriteOptions,
  ): Promise<Answered<{ readonly item: Item }>>;
  /** `superseded` is there when the session's own write was lost to a concurrent one: the conflict log's entry of it. */
  getItem(
    key: ItemKey,
    options?: CallOptions,
  ): Promise<Answered<{ readonly item: Item; readonly superseded?: Conflict }>>;
  listItems(
    list: { readonly pk: string } & PageRequest,
    options?: CallOptions,
  ): Promise<Answered<{ readonly items: readonly Item[] } & PageEnd>>;
  putItem(
    put: ItemKey & { readonly data?: JsonValue; readonly ttlSeconds?: number | null },
    options?: ConditionalWriteOptions,
  ): Promise<Answered<{ readonly item: Item }>>;
  /** Changes parts of an item by a JSON Merge Patch (RFC 7396); null removes. */
  patchItem(
    patch: ItemKey & { readonly data?: JsonValue; readonly ttlSeconds?: number | null },
    options?: ConditionalWriteOptions,
  ): Promise<Answered<{ readonly item: Item }>>;
  deleteItem(key: ItemKey, options?: ConditionalWriteOptions): Promise<Answered<object>>;
  incrementCounter(
    increment: { readonly id: string; readonly by?: number },
    options?: WriteOptions,
  ): Promise<Answered<CounterResponse>>;
  getCounter(counter: { readonly id: string }, options?: CallOptions): Promise<Answered<CounterResponse>>;
  listConflicts(
    list?: { readonly pk?: string } & PageRequest,
    options?: CallOptions,
  ): Promise<Answered<{ readonly conflicts: readonly Conflict[] } & PageEnd>>;
  /** Takes an entry off the list of the region that answers at once, and of the others when they have heard of it. */
  acknowledgeConflict(conflict: Pick<Conflict, 'id'>, options?: WriteOptions): Promise<Answered<object>>;

  /** The session that calls without one of their own belong to. */
  readonly session: Session;
  /** Every region as the client sees it now, the one that answers first first. */
  regions(): readonly RegionView[];
  /** Has a listener called for each event of a kind until the returned function is called. What it throws harms no call. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): () => void;
  /** Ends every call under way with an `AbortError` and takes no more. */
  close(): void;
}
