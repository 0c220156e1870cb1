import { type ConditionalWriteOptions, isProblemError, type PlatformClient } from '@gsp/client/fetch';
import type { Conflict, Item } from '@gsp/platform/contract';

/** What a restore works with. */
export interface RestoreOptions {
  readonly client: Pick<PlatformClient, 'getItem' | 'putItem' | 'deleteItem'>;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. @default the computer's clock */
  readonly nowMs?: () => number;
}

/**
 * Writes a lost write again: its data over whatever the item holds now, on the condition that it still holds just that.
 * Somebody who writes in between is told of by a `ProblemError` `item-changed`, never overwritten.
 *
 * The condition holds in one region, so the write goes to the region that was read:
 *
 *     this page     GET (ETag c=9)            PUT if c=9
 *     that region   ------^------ PUT c=12 ------^------  412: nothing is written over c=12
 *
 * @returns the item as it was written; null where the lost write was a deletion
 */
export async function restoreLostWrite(
  { loser }: Pick<Conflict, 'loser'>,
  { client, signal, nowMs = Date.now }: RestoreOptions,
): Promise<Item | null> {
  const key = { pk: loser.pk, sk: loser.sk };
  const { condition, present } = await presentState(key, { client, signal });
  if (loser.deleted === true) {
    // What is to be gone is gone already.
    if (condition.ifNoneMatch !== undefined) return null;
    await client.deleteItem(key, condition);
    return null;
  }
  const { item } = await client.putItem(
    { ...key, ...(loser.data === undefined ? {} : { data: loser.data }), ...lifeOf(loser, present, nowMs()) },
    condition,
  );
  return item;
}

// The item lives as long as the one of the two that lives longer: to restore a write must not shorten a life.
function lifeOf(
  { ttl }: Pick<Item, 'ttl'>,
  present: Pick<Item, 'ttl'> | undefined,
  atMs: number,
): { ttlSeconds?: number | null } {
  const isLonger = present !== undefined && (present.ttl === undefined || present.ttl >= (ttl ?? Infinity));
  if (isLonger) return {};
  return { ttlSeconds: ttl === undefined ? null : Math.max(1, ttl - Math.floor(atMs / 1000)) };
}

interface PresentState {
  readonly condition: ConditionalWriteOptions;
  /** Absent where there is no item. */
  readonly present?: Item;
}

/** The condition under which the item is as it is now, and the region in which that was seen. */
async function presentState(
  key: { readonly pk: string; readonly sk: string },
  { client, signal }: RestoreOptions,
): Promise<PresentState> {
  // Outside of the session: what is to be replaced is what stands there, whatever this page has seen elsewhere.
  try {
    const { answer, item } = await client.getItem(key, { session: null, signal });
    const match = answer.etag === null ? {} : { ifMatch: answer.etag };
    return { condition: { region: answer.region, session: null, signal, ...match }, present: item };
  } catch (error) {
    if (!isProblemError(error, 'item-not-found')) throw error;
    return { condition: { region: error.region, session: null, signal, ifNoneMatch: '*' } };
  }
}
