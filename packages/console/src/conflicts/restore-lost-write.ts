import { type ConditionalWriteOptions, isProblemError, type PlatformClient } from '@gsp/client/fetch';
import type { Conflict, Item } from '@gsp/platform/contract';

/** What a restore works with. */
export interface RestoreOptions {
  readonly client: Pick<PlatformClient, 'getItem' | 'putItem' | 'deleteItem'>;
  readonly signal: AbortSignal;
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
  { client, signal }: RestoreOptions,
): Promise<Item | null> {
  const key = { pk: loser.pk, sk: loser.sk };
  const condition = await presentState(key, { client, signal });
  if (loser.deleted === true) {
    // What is to be gone is gone already.
    if (condition.ifNoneMatch !== undefined) return null;
    await client.deleteItem(key, condition);
    return null;
  }
  const { item } = await client.putItem(
    { ...key, ...(loser.data === undefined ? {} : { data: loser.data }) },
    condition,
  );
  return item;
}

/** The condition under which the item is as it is now, and the region in which that was seen. */
async function presentState(
  key: { readonly pk: string; readonly sk: string },
  { client, signal }: RestoreOptions,
): Promise<ConditionalWriteOptions> {
  // Outside of the session: what is to be replaced is what stands there, whatever this page has seen elsewhere.
  try {
    const { answer } = await client.getItem(key, { session: null, signal });
    return {
      region: answer.region,
      session: null,
      signal,
      ...(answer.etag === null ? {} : { ifMatch: answer.etag }),
    };
  } catch (error) {
    if (!isProblemError(error, 'item-not-found')) throw error;
    return { region: error.region, session: null, signal, ifNoneMatch: '*' };
  }
}
