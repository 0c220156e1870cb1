import { isObject } from '../item/attribute-value.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';

/** An item's JSON as the application sees it, without the hidden stamp. Kept as text: most is only passed on. */
export type ImageJson = string;

/** One change of one item in this replica, as the change log keeps it. */
export interface ChangeRecord {
  /** Place in this replica's log, from 1, without gaps. */
  readonly sequence: number;
  /** Stamp of the write; its last part is the region that made it. */
  readonly stamp: Stamp;
  /** The region that made the write. Only that region forwards it. */
  readonly origin: string;
  readonly tableName: string;
  readonly key: ItemKey;
  /** Epoch milliseconds of this replica's machine, at which the write was made here. */
  readonly timeMs: number;
  /** Null before an insert. */
  readonly oldImage: ImageJson | null;
  /** Null after a removal. */
  readonly newImage: ImageJson | null;
  /** True for an item that this region's TTL deletion removed. */
  readonly expired: boolean;
}

/** The record as a line of the log, its end included. */
export function toLine(record: ChangeRecord): string {
  const { sequence, stamp, origin, tableName, key, timeMs, oldImage, newImage, expired } = record;
  const head = JSON.stringify({ sequence, stamp, origin, tableName, key, timeMs, expired });
  return `${head.slice(0, -1)},"oldImage":${oldImage ?? 'null'},"newImage":${newImage ?? 'null'}}\n`;
}

/** Reads a parsed line back; nothing when it is not a change record. */
export function fromLine(line: unknown): ChangeRecord | undefined {
  if (!isObject(line)) return undefined;
  const { sequence, stamp, origin, tableName, key, timeMs, oldImage, newImage, expired } = line;
  if (typeof sequence !== 'number' || typeof timeMs !== 'number') return undefined;
  if (typeof stamp !== 'string' || typeof origin !== 'string') return undefined;
  if (typeof tableName !== 'string' || typeof key !== 'string') return undefined;
  return {
    sequence,
    stamp,
    origin,
    tableName,
    key,
    timeMs,
    oldImage: imageText(oldImage),
    newImage: imageText(newImage),
    expired: expired === true,
  };
}

/** The text of a parsed image; null for none. */
export function imageText(image: unknown): ImageJson | null {
  return isObject(image) ? JSON.stringify(image) : null;
}
