import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import type { Sha256 } from './digest.ts';
import type { ImageWrite } from './item-image.ts';
import { keyIdentity } from './keyed-write.ts';

/** What a caller wants an item to hold. */
export interface ContentRequest {
  readonly method: 'POST' | 'PUT';
  readonly data?: JsonValue | undefined;
  readonly ttlSeconds?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

/**
 * Makes the write that gives an item its whole content. What identifies it under an idempotency key is what the caller
 * said, not what the stage adds: the default life may change between a request and its repetition.
 */
export function contentWrite(
  key: ItemKey,
  { method, data, ttlSeconds, idempotencyKey }: ContentRequest,
  { sha256, defaultTtlSeconds }: { readonly sha256: Sha256; readonly defaultTtlSeconds: number },
): ImageWrite {
  const content = data === undefined ? {} : { data };
  const write = { key, content, ttlSeconds: ttlSeconds ?? defaultTtlSeconds };
  if (idempotencyKey === undefined) return write;
  const request = { method, ...content, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
  return { ...write, keyed: keyIdentity(key, { idempotencyKey, request, sha256 }) };
}
