import { limits } from '../contract/limits.ts';
import type { Clock } from './clock.ts';
import { canonicalJson, type Sha256 } from './digest.ts';
import type { StoreCallOptions } from './item-store.ts';
import { admitKey } from './key-window.ts';
import { type CallerKey, ownedKey } from './keyed-write.ts';
import { PlatformError } from './platform-error.ts';

/** What counting needs. */
export interface CounterOptions {
  readonly store: CounterStore;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly region: string;
  /** How long an idempotency key is good for, from its time on. */
  readonly idempotencyTtlSeconds: number;
  /** How long a partition may last: until then a key that two regions have taken is noticed. */
  readonly tombstoneTtlSeconds: number;
  /** Whether the table can keep a record and count in one transaction; one with strong consistency cannot. */
  readonly supportsKeys: boolean;
}

/** One increment, and the idempotency key that came with it. */
export interface Increment {
  readonly id: string;
  readonly by: number;
  readonly idempotencyKey?: string;
  /** Who asks, as the API's authorizer knows them; idempotency keys are theirs. */
  readonly caller?: string | undefined;
}

/** What an increment came to. */
export interface Counted {
  /** The counter, as far as this region has heard. */
  readonly value: number;
  readonly isReplay: boolean;
}

/** Increments and reads counters. */
export interface Counter {
  increment(increment: Increment, options?: StoreCallOptions): Promise<Counted>;
  read(id: string, options?: StoreCallOptions): Promise<number>;
}

/** Makes the operations behind the counter routes. */
export function createCounter(options: CounterOptions): Counter {
  const { store } = options;
  return {
    read: (id, call) => store.read(id, call),
    increment: async ({ id, by, idempotencyKey, caller }, call) => {
      const isReplay =
        idempotencyKey === undefined
          ? requireCounted(await store.add(id, by, call))
          : await countOnce(recordOf({ id, by }, { idempotencyKey, caller }, options), options, call);
      return { value: await store.read(id, call), isReplay };
    },
  };
}

/** @throws PlatformError `idempotency-key-out-of-window` */
function recordOf(
  { id, by }: Pick<Increment, 'id' | 'by'>,
  given: CallerKey,
  { clock, sha256, region, idempotencyTtlSeconds, tombstoneTtlSeconds }: CounterOptions,
): IncrementRecord {
  const atMs = clock.nowMs();
  const { until } = admitKey(given.idempotencyKey, { nowMs: atMs, windowSeconds: idempotencyTtlSeconds });
  return {
    id,
    key: sha256(canonicalJson(['counter', id, ...ownedKey(given)])).slice(0, 32),
    request: sha256(canonicalJson(['increment', by])).slice(0, 32),
    by,
    region,
    atMs,
    until,
    ttl: Math.max(until, Math.floor(atMs / 1000) + tombstoneTtlSeconds),
  };
}

/** @returns whether the increment had been counted before */
async function countOnce(
  record: IncrementRecord,
  { store, supportsKeys }: CounterOptions,
  call?: StoreCallOptions,
): Promise<boolean> {
  if (!supportsKeys) {
    throw new PlatformError(
      'idempotency-unsupported',
      'Cannot take the idempotency key: counters of a strongly consistent table do not support it',
    );
  }
  const outcome = await store.addOnce(record, call);
  if (typeof outcome === 'string') return requireCounted(outcome);
  if (outcome.found.request === record.request) return true;
  throw new PlatformError(
    'idempotency-key-reused',
    'Cannot take the idempotency key: it was used for another increment of this counter',
  );
}

function requireCounted(outcome: 'counted' | 'out-of-range'): false {
  if (outcome === 'counted') return false;
  throw new PlatformError(
    'counter-out-of-range',
    `Cannot add to the counter: the part of this region would exceed ${limits.counterShardMax}`,
  );
}

/**
 * Tells whether this region has to take an increment back, because it was counted in another region as well: the
 * same key was taken in both while neither had heard of the other, and last-writer-wins has kept the other's record.
 *
 *     eu-west-1     record {w}, part +5           <- {c} wins: replaced {w}: part -5
 *     eu-central-1  record {c}, part +5   {w} loses, is never seen here
 *
 * Every region but the one whose record stays sees its own record replaced, and only that one judges it; so of n
 * regions n - 1 take the increment back. A record that replaces one whose time was over is a new increment.
 */
export function isCountedTwice(
  before: IncrementRecord,
  after: IncrementRecord | undefined,
  region: string,
): after is IncrementRecord {
  return (
    after !== undefined &&
    before.region === region &&
    after.region !== region &&
    before.until > Math.floor(after.atMs / 1000)
  );
}

/** A keyed increment as the table keeps it: one record, which every region can overwrite. */
export interface IncrementRecord {
  /** Name of the counter. */
  readonly id: string;
  /** Digest of the idempotency key. */
  readonly key: string;
  /** Digest of the request that came with it. */
  readonly request: string;
  readonly by: number;
  /** Region that has counted it. */
  readonly region: string;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Until when the key is remembered, in seconds since 1970. */
  readonly until: number;
  /** When the record goes, in seconds since 1970: as late as another region's record of the key may arrive. */
  readonly ttl: number;
}

/** How an increment ended. `out-of-range`: the region's part of the counter would become too large. */
export type IncrementOutcome = 'counted' | 'out-of-range';

/** How a keyed increment ended; `found` is the record of the increment that came before under the same key. */
export type KeyedIncrementOutcome = IncrementOutcome | { readonly found: IncrementRecord };

/**
 * The counters of one region, as decisions see them: one part for every region, which only that region writes, so
 * that last-writer-wins has nothing to drop. Methods throw a `PlatformError` as those of the item store do. Each
 * counts once, also when the answer of the table was lost and the call was repeated below.
 */
export interface CounterStore {
  /** Adds to this region's part. */
  add(id: string, by: number, options?: StoreCallOptions): Promise<IncrementOutcome>;
  /**
   * Adds to this region's part and keeps the record, both or neither; nothing when this region holds a record of
   * the key that is not over at the record's time.
   */
  addOnce(record: IncrementRecord, options?: StoreCallOptions): Promise<KeyedIncrementOutcome>;
  /**
   * Takes a counted record back out of this region's part, once, however often it is called.
   *
   * @returns whether this call did
   */
  takeBack(record: IncrementRecord, options?: StoreCallOptions): Promise<boolean>;
  /** Adds up the parts of all regions, as far as this region has them; 0 for an unknown counter. */
  read(id: string, options?: StoreCallOptions): Promise<number>;
}
