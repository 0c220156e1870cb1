import type { Conflict } from '../contract/conflict.ts';
import type { ItemKey } from '../contract/item.ts';
import type { Session } from '../contract/session-token.ts';
import type { SessionCheck } from './check-session.ts';
import type { Sha256 } from './digest.ts';
import type { ItemImage } from './item-image.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { PlatformError } from './platform-error.ts';
import { sightingOf } from './session.ts';

/** What reading items needs. */
export interface ItemReaderOptions {
  readonly store: ItemStore;
  readonly checkSession: SessionCheck;
  readonly sha256: Sha256;
}

/** What a read found. */
export interface ItemReading {
  /** What this region holds: an item, a tombstone, or nothing. */
  readonly image: ItemImage | undefined;
  /** The write that the session has seen and that was lost. */
  readonly superseded?: Conflict;
}

/** Reads what a region holds under a key, and nothing older than what a session has seen of it. */
export type ItemReader = (key: ItemKey, session: Session, options?: StoreCallOptions) => Promise<ItemReading>;

/**
 * Makes the operation behind `GET /items/{pk}/{sk}`.
 *
 * @throws PlatformError `replica-behind` when the region holds something older than what the session has seen.
 */
export function createItemReader({ store, checkSession, sha256 }: ItemReaderOptions): ItemReader {
  return async (key, session, call) => {
    const seen = sightingOf(session, key, sha256);
    const image = await store.get(key, call);
    const superseded = await checkSession({ pk: key.pk, image, seen }, call);
    return { image, ...(superseded === undefined ? {} : { superseded }) };
  };
}

/**
 * The error for an item that this region does not hold, or not any more.
 *
 * @param superseded - the write that the session has seen and that was lost, if that is why
 */
export function itemNotFound(act: 'read' | 'change' | 'delete', superseded?: Conflict): PlatformError {
  return new PlatformError(
    'item-not-found',
    `Cannot ${act} the item: this region holds none under these keys`,
    {
      ...(superseded === undefined ? {} : { superseded }),
    },
  );
}
