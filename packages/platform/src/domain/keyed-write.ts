import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { canonicalJson, numberOf, type Sha256 } from './digest.ts';
import { type AdmittedKey, keyTimeMs } from './key-window.ts';
import { PlatformError } from './platform-error.ts';
import type { VersionVector } from './version-vector.ts';

/** What is remembered of a write with an idempotency key: enough to give its answer again. */
export interface KeyedWrite {
  /** Digest of the key. */
  readonly key: string;
  /** Digest of the request that came with it. */
  readonly request: string;
  /** The key's time, in milliseconds since 1970; absent for a key that has none. */
  readonly keyMs?: number;
  /** Until when it is remembered, in seconds since 1970. */
  readonly until: number;
  readonly dot: number;
  readonly region: string;
  readonly version: VersionVector;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly ttl?: number;
  readonly deleted: boolean;
}

/** Digest of 128 bits, in hexadecimal. */
const digestDigits = 32;

/** What a request with an idempotency key asks for. */
export interface KeyedRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** What is written, or the patch. */
  readonly data?: JsonValue;
  readonly ttlSeconds?: number | null;
}

/** What an idempotency key becomes for one item. */
export interface KeyIdentity extends AdmittedKey {
  readonly key: string;
  readonly request: string;
  readonly dot: number;
  /**
   * Whether the write is remembered in a record of its own and not in the item's image: a key without a time cannot be
   * told from one that an image has forgotten. A new item's image always has room for the key that made it.
   */
  readonly hasRecord: boolean;
}

/** An idempotency key, and whose it is. */
export interface CallerKey {
  readonly idempotencyKey: string;
  /** Who asks, as the API's authorizer knows them: keys of two callers are two keys. Absent where nobody is known. */
  readonly caller?: string | undefined;
}

/**
 * Derives what identifies a keyed write to one item. It depends on the item, the caller, the key and the request alone,
 * so that every region derives the same.
 */
export function keyIdentity(
  item: ItemKey,
  given: CallerKey,
  { request, admitted, sha256 }: { request: KeyedRequest; admitted: AdmittedKey; sha256: Sha256 },
): KeyIdentity {
  const { method, data, ttlSeconds } = request;
  const key = sha256(canonicalJson(['key', item.pk, item.sk, ...ownedKey(given)]));
  const life = ttlSeconds === undefined ? [null] : ttlSeconds === null ? [null, 'forever'] : [ttlSeconds];
  const asked = sha256(canonicalJson(['request', method, data === undefined ? [] : [data], ...life]));
  return {
    ...admitted,
    key: key.slice(0, digestDigits),
    request: asked.slice(0, digestDigits),
    dot: numberOf(sha256(canonicalJson(['dot', key, asked]))),
    hasRecord: admitted.keyMs === undefined && method !== 'POST',
  };
}

/** A key as digests name it: with its caller, if there is one. */
export function ownedKey({ idempotencyKey, caller }: CallerKey): string[] {
  return caller === undefined ? [idempotencyKey] : [idempotencyKey, caller];
}

/**
 * Finds the record of a keyed write.
 *
 * @throws PlatformError `idempotency-key-reused` when the key came with another request then.
 */
export function findKeyedWrite(
  records: readonly KeyedWrite[],
  { key, request }: KeyIdentity,
): KeyedWrite | undefined {
  const found = records.find((record) => record.key === key);
  if (found === undefined || found.request === request) return found;
  throw new PlatformError(
    'idempotency-key-reused',
    'Cannot take the idempotency key: it was used for another request',
  );
}

/**
 * Derives the sort key of a new item from its idempotency key. A UUIDv7 (RFC 9562, section 5.7) keeps its time and
 * sequence bits, so that such items stay in time order, and gets its random bits from a digest. Any other key gives
 * a UUIDv8 (section 5.8), whose place in the list says nothing. Either way nobody hits another item's key by
 * sending it as an idempotency key.
 */
export function sortKeyOf(pk: string, key: CallerKey, sha256: Sha256): string {
  const digest = sha256(canonicalJson(['sk', pk, ...ownedKey(key)]));
  const given = key.idempotencyKey.toLowerCase();
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 3) | 8).toString(16);
  const tail = `${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  if (keyTimeMs(given) !== undefined) return `${given.slice(0, 18)}-${tail}`;
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-${tail}`;
}
