import type { AttributeMap } from '../item/attribute-value.ts';
import type { StampedItem } from '../item/hidden-stamp.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ImageJson } from '../journal/change-record.ts';
import type { TokenUse } from '../journal/idempotency-tokens.ts';
import type { Intent } from '../journal/intents.ts';
import type { ItemAddress } from './stored-items.ts';

/** A write of one item that is about to be made, by the application, by a peer, or by TTL deletion. */
export interface ItemWrite extends ItemAddress {
  readonly kind: 'put' | 'delete';
  readonly stamp: Stamp;
  /** The region that made the write first. */
  readonly origin: string;
  /** The item as it is now; absent when there is none. */
  readonly before: StampedItem | undefined;
  readonly timeMs: number;
  /** True for this region's own TTL deletion. */
  readonly expired: boolean;
  readonly tokenUse?: TokenUse;
}

/** A write that the engine has made. */
export interface CompletedWrite {
  readonly intent: Intent;
  /** The item as it is now; null after a deletion. */
  readonly after: AttributeMap | null;
  /** The same as text, where it is at hand. */
  readonly afterJson?: ImageJson;
}

/** The intent of a write. */
export function intentOf(write: ItemWrite, logSequence: number): Intent {
  const { table, key, kind, stamp, origin, before, timeMs, expired, tokenUse } = write;
  return {
    stamp,
    origin,
    tableName: table.name,
    key,
    kind,
    timeMs,
    expired,
    logSequence,
    oldImage: before === undefined ? null : JSON.stringify(before.item),
    oldStamp: before?.stamp ?? '',
    ...(tokenUse === undefined ? {} : { tokenUse }),
  };
}
