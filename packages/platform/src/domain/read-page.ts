import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import type { ItemImage } from './item-image.ts';
import { createPageBuilder, type Page } from './page-builder.ts';

/** Most reads of the table for one page: with 100 items each, about a thousand of them are skipped. */
const readsMax = 10;

/** What one read of a list found. */
interface Slice {
  readonly records: readonly {
    readonly key: ItemKey;
    readonly position: string;
    readonly image: ItemImage | undefined;
  }[];
  /** Position to go on from; absent when nothing is left. */
  readonly next?: string;
}

/** A page of a list, and how the list is read. */
export interface PageOptions<T> {
  readonly limit: number;
  /** Where a former page ended. */
  readonly before?: string;
  /** Reads on, below a position. */
  readonly next: (limit: number, before?: string) => Promise<Slice>;
  /** Whether the caller may see it. */
  readonly isVisible: (image: ItemImage) => boolean;
  /** What the caller sees; undefined for what cannot be read. */
  readonly entryOf: (image: ItemImage) => T | undefined;
}

/**
 * Reads one page of a list: filled up to the limit without what the caller may not see. It ends early, and says where to go on,
 * when it is full by its bytes, when it is half full and the table's own page of 1 MB has ended, or when more than about a thousand
 * items that nobody may see lie in between. What cannot be read is named by its key.
 */
export async function readPage<T>({
  limit,
  before,
  next,
  isVisible,
  entryOf,
}: PageOptions<T>): Promise<Page<T>> {
  const page = createPageBuilder<T>(limit);
  // One more than the page holds tells whether anything follows, so that the last page carries no cursor.
  let slice = await next(limit + 1, before);
  for (let reads = 1; ; reads++) {
    for (const { key, position, image } of slice.records) {
      if (image !== undefined && !isVisible(image)) continue;
      const entry = image === undefined ? undefined : entryOf(image);
      const listed = entry === undefined ? { unreadable: key } : { entry };
      if (!page.add({ position, ...listed })) return page.before();
    }
    if (slice.next === undefined) return page.last();
    if (reads === readsMax || page.isHeavy) return page.before(slice.next);
    // Where such items were met there may be many: further reads take as much as a page may hold.
    slice = await next(limits.listLimitMax, slice.next);
  }
}
