import type { ItemKey } from '../../src/contract/item.ts';
import { foreignItem } from '../../src/domain/foreign-item.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import type { IndexQuery, IndexSlice, ItemStore, StoreCallOptions } from '../../src/domain/item-store.ts';
import type { KeyedWrite } from '../../src/domain/keyed-write.ts';
import { PlatformError } from '../../src/domain/platform-error.ts';
import { compareVersions } from '../../src/domain/version-vector.ts';
import type { IndexEntry } from '../../src/entities/entity-keys.ts';

/** An item store in memory, with a record of what was asked of it. */
export interface MemoryItemStore extends ItemStore {
  /** How many images each query was asked for. */
  readonly queriedLimits: readonly number[];
  /** Makes what lies under a key a record of another program. */
  readonly makeForeign: (key: ItemKey) => void;
}

/**
 * Makes an empty item store in memory. It keeps copies, as a database does.
 *
 * @param entriesOf - where an item stands in indexes
 */
export function memoryItemStore(
  entriesOf: (image: ItemImage) => readonly IndexEntry[] = () => [],
): MemoryItemStore {
  const images = new Map<string, ItemImage>();
  const foreign = new Set<string>();
  const records = new Map<string, KeyedWrite>();
  const queriedLimits: number[] = [];
  const keyOf = (pk: string, sk: string) => JSON.stringify([pk, sk]);
  return {
    queriedLimits,
    makeForeign: ({ pk, sk }) => foreign.add(keyOf(pk, sk)),
    replace: async (image, before, call) => {
      requireTime(call);
      const key = keyOf(image.pk, image.sk);
      if (foreign.has(key)) throw foreignItem('write the item', image);
      const found = images.get(key);
      const record = call?.record;
      const known = record === undefined ? undefined : records.get(record.key);
      const isKnown = known !== undefined && known.until > Math.floor(Date.parse(image.updatedAt) / 1000);
      if (isKnown || !isSameWrite(found, before)) {
        if (found === undefined) return { replaced: false };
        const isKeyed = record !== undefined || image.keyedWrites.at(-1)?.dot === image.dot;
        return isMade(found, image, isKeyed)
          ? { replaced: true }
          : { replaced: false, found: structuredClone(found) };
      }
      images.set(key, structuredClone(image));
      if (record !== undefined) records.set(record.key, structuredClone(record));
      return { replaced: true };
    },
    get: async ({ pk, sk }, call) => {
      requireTime(call);
      if (foreign.has(keyOf(pk, sk))) throw foreignItem('read the item', { pk, sk });
      return structuredClone(images.get(keyOf(pk, sk)));
    },
    findRecord: async (key, call) => {
      requireTime(call);
      return structuredClone(records.get(key));
    },
    query: async ({ pk, limit, before }, call) => {
      requireTime(call);
      queriedLimits.push(limit);
      const found = [...images.values()]
        .filter((image) => image.pk === pk && (before === undefined || compareUtf8(image.sk, before) < 0))
        .sort((a, b) => compareUtf8(b.sk, a.sk));
      const slice = structuredClone(found.slice(0, limit));
      const last = slice.at(-1);
      const records = slice.map((image) => ({
        sk: image.sk,
        image: foreign.has(keyOf(pk, image.sk)) ? undefined : image,
      }));
      return found.length >= limit && last !== undefined ? { records, next: last.sk } : { records };
    },
    queryIndex: async (query, call) => {
      requireTime(call);
      queriedLimits.push(query.limit);
      const entries = [...images.values()].flatMap((image) =>
        (image.deleted ? [] : entriesOf(image))
          .filter(({ slot, partition }) => slot === query.slot && partition === query.partition)
          .map(({ sort }) => ({ image, position: JSON.stringify([sort, image.pk, image.sk]) })),
      );
      const { records, next } = indexSlice(entries, query);
      const seen = records.map(({ image, ...rest }) => ({
        ...rest,
        image: image && foreign.has(keyOf(image.pk, image.sk)) ? undefined : structuredClone(image),
      }));
      return next === undefined ? { records: seen } : { records: seen, next };
    },
  };
}

function indexSlice(
  entries: readonly { readonly image: ItemImage; readonly position: string }[],
  { before, limit }: IndexQuery,
): IndexSlice {
  const order = (a: string, b: string) =>
    (JSON.parse(a) as string[])
      .map((part, at) => compareUtf8(part, (JSON.parse(b) as string[])[at] ?? ''))
      .find((difference) => difference !== 0) ?? 0;
  const found = entries
    .filter(({ position }) => before === undefined || order(position, before) < 0)
    .sort((a, b) => order(b.position, a.position));
  const records = found
    .slice(0, limit)
    .map(({ image, position }) => ({ key: { pk: image.pk, sk: image.sk }, position, image }));
  const last = records.at(-1);
  return found.length >= limit && last !== undefined ? { records, next: last.position } : { records };
}

function isSameWrite(a: ItemImage | undefined, b: ItemImage | undefined): boolean {
  return a?.dot === b?.dot && a?.region === b?.region && a?.updatedAt === b?.updatedAt;
}

// An earlier call made it, and its answer was lost: the image lies there, or, where its dot is its own, under others.
function isMade(found: ItemImage, image: ItemImage, isKeyed: boolean): boolean {
  if (isSameWrite(found, image) && compareVersions(found.version, image.version) === 'equal') return true;
  return !isKeyed && found.history.includes(image.dot);
}

/** DynamoDB orders strings by their UTF-8 bytes. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Fails as a call of the table does whose time is over. */
export function requireTime({ signal }: StoreCallOptions = {}): void {
  if (signal?.aborted) throw new PlatformError('table-timeout', 'Cannot call the store: the time is over');
}
