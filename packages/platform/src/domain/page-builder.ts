import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';

/** One page of a list. */
export interface Page<T> {
  readonly entries: readonly T[];
  /** Keys of records among them that this API did not write; they count as entries. */
  readonly unreadable: readonly ItemKey[];
  /** Position after which the next page starts; absent on the last page. */
  readonly next?: string;
}

/** What lies at one position of a list: an entry, or a record that this API did not write. */
export type Listed<T> = { readonly position: string } & (
  | { readonly entry: T; readonly unreadable?: undefined }
  | { readonly unreadable: ItemKey; readonly entry?: undefined }
);

/** Fills one page. */
export interface PageBuilder<T> {
  /** Adds what comes next in the list, unless the page is full; returns whether it was added. */
  add(listed: Listed<T>): boolean;
  /** How many more it takes by their count. */
  readonly freeCount: number;
  /** Whether it has at least half of its bytes, so that reading on could bring little. */
  readonly isHeavy: boolean;
  /** The page as the last of its list. */
  last(): Page<T>;
  /** The page with more after it: after `position`, or, without one, after what was added last. */
  before(position?: string): Page<T>;
}

/**
 * Makes an empty page that ends by whichever comes first: `limit` entries, or {@link limits.pageBytesMax} bytes of JSON
 * in UTF-8. The first entry always fits, so that every list can be read to its end.
 */
export function createPageBuilder<T>(limit: number): PageBuilder<T> {
  const entries: T[] = [];
  const unreadable: ItemKey[] = [];
  let bytes = 0;
  let lastPosition: string | undefined;
  const count = () => entries.length + unreadable.length;
  const before = (position = lastPosition): Page<T> =>
    position === undefined ? { entries, unreadable } : { entries, unreadable, next: position };
  return {
    add: (listed) => {
      const size = jsonBytes(listed.unreadable ?? listed.entry);
      const isFull = count() >= limit || (count() > 0 && bytes + size > limits.pageBytesMax);
      if (isFull) return false;
      if (listed.unreadable === undefined) entries.push(listed.entry);
      else unreadable.push(listed.unreadable);
      bytes += size;
      lastPosition = listed.position;
      return true;
    },
    get freeCount() {
      return limit - count();
    },
    get isHeavy() {
      return bytes >= limits.pageBytesMax / 2;
    },
    last: () => ({ entries, unreadable }),
    before,
  };
}

const utf8 = new TextEncoder();

// With the comma after it.
function jsonBytes(value: unknown): number {
  return utf8.encode(JSON.stringify(value)).length + 1;
}
