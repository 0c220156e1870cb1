import { limits } from '../contract/limits.ts';
import type { Clock } from './clock.ts';
import type { CounterStore, IncrementRecord } from './counter-store.ts';
import { canonicalJson, type Sha256 } from './digest.ts';
import type { StoreCallOptions } from './item-store.ts';
import { PlatformError } from './platform-error.ts';

/** What counting needs. */
export interface CounterOptions {
  readonly store: CounterStore;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly region: string;
  /** How long a key is remembered. */
  readonly idempotencyTtlSeconds: number;
  /** Whether the table can keep a record and count in one transaction; one with strong consistency cannot. */
  readonly supportsKeys: boolean;
}

/** One increment, and the idempotency key that came with it. */
export interface Increment {
  readonly id: string;
  readonly by: number;
  readonly idempotencyKey?: string;
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
    increment: async ({ id, by, idempotencyKey }, call) => {
      const isReplay =
        idempotencyKey === undefined
          ? requireCounted(await store.add(id, by, call))
          : await countOnce(recordOf({ id, by, idempotencyKey }, options), options, call);
      return { value: await store.read(id, call), isReplay };
    },
  };
}

function recordOf(
  { id, by, idempotencyKey }: Required<Increment>,
  { clock, sha256, region, idempotencyTtlSeconds }: CounterOptions,
): IncrementRecord {
  const atMs = clock.nowMs();
  return {
    id,
    key: sha256(canonicalJson(['counter', id, idempotencyKey])).slice(0, 32),
    request: sha256(canonicalJson(['increment', by])).slice(0, 32),
    by,
    region,
    atMs,
    ttl: Math.floor(atMs / 1000) + idempotencyTtlSeconds,
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
    before.ttl > Math.floor(after.atMs / 1000)
  );
}
