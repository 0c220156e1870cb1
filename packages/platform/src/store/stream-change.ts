import { systemKeyPrefix } from '../contract/item.ts';
import type { Change } from '../domain/change-consumer.ts';
import { fromImageRecord } from './image-record.ts';
import { fromIncrementRecord, isIncrementKey } from './increment-record.ts';
import { readAttributes, type TableRecord } from './table-record.ts';

/**
 * One record of the replica's stream, as Lambda hands it over. Attributes are typed (`{"S":"x"}`).
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export interface StreamRecord {
  readonly eventID?: string | undefined;
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        /** Seconds since 1970. */
        readonly ApproximateCreationDateTime?: number | undefined;
        readonly Keys?: unknown;
        readonly OldImage?: unknown;
        readonly NewImage?: unknown;
        readonly SequenceNumber?: string | undefined;
      }
    | undefined;
  /** Who removed the item, when it was the replica itself, because the item had expired. */
  readonly userIdentity?: unknown;
}

/** What a record tells: a change to follow up, or one that cannot be read. */
export interface StreamReading {
  readonly change?: Change;
  /**
   * What is wrong: `damaged` is an image of this API that is not sound any more, so that nobody can tell whether
   * a write was lost; `overwritten`, a write of this API that another program has replaced.
   */
  readonly issue?: 'damaged' | 'overwritten';
}

const nothing: StreamReading = {};

/**
 * Reads a record of the stream. A change is what replaced or removed an image; what the stream tells besides is
 * passed over: new items, the replica's own removal of expired items, other records of the platform, and whatever
 * another program keeps in the table.
 *
 * A write that another program has replaced is given as removed. The write is gone without a successor of this API,
 * and the conflict log is where it belongs.
 */
export function readStreamRecord({ eventName, dynamodb = {}, userIdentity }: StreamRecord): StreamReading {
  const { ApproximateCreationDateTime, OldImage, NewImage } = dynamodb;
  const before = readAttributes(OldImage);
  const atMs = Math.round(Number(ApproximateCreationDateTime) * 1000);
  if (before === undefined || (eventName === 'REMOVE' && userIdentity !== undefined && userIdentity !== null))
    return nothing;
  const after = readAttributes(NewImage);
  const { pk, sk } = before;
  if (typeof pk !== 'string' || typeof sk !== 'string') return nothing;
  if (isIncrementKey(pk, sk)) return readIncrement(before, after);
  if (pk.startsWith(systemKeyPrefix)) return nothing;
  return readImages(before, after, atMs);
}

function readIncrement(before: TableRecord, after: TableRecord | undefined): StreamReading {
  const old = fromIncrementRecord(before);
  const replacement = after && fromIncrementRecord(after);
  if (old === undefined) return { issue: 'damaged' };
  if (after !== undefined && replacement === undefined) return { issue: 'damaged' };
  return { change: { kind: 'increment', before: old, ...(replacement && { after: replacement }) } };
}

function readImages(before: TableRecord, after: TableRecord | undefined, atMs: number): StreamReading {
  const old = fromImageRecord(before);
  if (old === undefined) return 'dot' in before && 'updatedAt' in before ? { issue: 'damaged' } : nothing;
  if (!Number.isSafeInteger(atMs)) return { issue: 'damaged' };
  const image = after && fromImageRecord(after);
  if (image !== undefined) return { change: { kind: 'item', before: old, after: image, atMs } };
  const change: Change = { kind: 'item', before: old, atMs };
  return after === undefined ? { change } : { change, issue: 'overwritten' };
}
