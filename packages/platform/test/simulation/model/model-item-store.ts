import type { ItemImage } from '../../../src/domain/item-image.ts';
import type { ItemStore } from '../../../src/domain/item-store.ts';
import type { KeyedWrite } from '../../../src/domain/keyed-write.ts';
import { compareVersions } from '../../../src/domain/version-vector.ts';
import type { WriteId } from '../history.ts';
import type { Invocation } from './invocation.ts';
import { keys } from './keys.ts';
import type { World } from './world.ts';

/** What a store of items is bound to. */
export interface ItemStoreOptions {
  readonly world: World;
  readonly region: string;
  readonly invocation: Invocation;
  /** Names the write of an image that is stored. */
  readonly writeOf: (image: ItemImage) => WriteId;
  /** The lost image that writes are merged with. */
  readonly otherParent?: number;
  /** Told of what the region held, whenever the invocation is. */
  readonly onHeld?: (image: ItemImage | undefined) => void;
}

/** Makes the item store of one invocation. */
export function modelItemStore(options: ItemStoreOptions): ItemStore {
  const { world, region, invocation, writeOf, otherParent, onHeld } = options;
  const replica = world.replica(region);
  const heldAt = (key: string) => {
    const entry = replica.get(key);
    const image = entry?.kind === 'item' ? entry.image : undefined;
    onHeld?.(image);
    return image;
  };
  const recordAt = (key: string) => {
    const entry = replica.get(keys.record(key));
    return entry?.kind === 'record' ? entry.record : undefined;
  };
  const isKept = (record: KeyedWrite, nowMs: number) => record.until > Math.floor(nowMs / 1000);
  return {
    replace: (image, before, { record } = {}) =>
      invocation.call(() => {
        const held = heldAt(keys.item(image));
        const isKeyed = record !== undefined || image.keyedWrites.at(-1)?.dot === image.dot;
        if (held !== undefined && wasMade(image, held, isKeyed)) return { replaced: true };
        const known = record === undefined ? undefined : recordAt(record.key);
        if (known !== undefined && isKept(known, Date.parse(image.updatedAt)))
          return { replaced: false, ...(held === undefined ? {} : { found: held }) };
        const isAsExpected =
          before === undefined || held === undefined ? before === held : isSame(held, before);
        if (!isAsExpected) return { replaced: false, ...(held === undefined ? {} : { found: held }) };
        world.storeImage(region, image, writeOf(image), otherParent);
        if (record !== undefined) replica.put(keys.record(record.key), { kind: 'record', record });
        return { replaced: true };
      }),
    findRecord: (key) => invocation.call(() => recordAt(key)),
    get: (key) => invocation.call(() => heldAt(keys.item(key))),
    query: ({ pk, limit, before }) =>
      invocation.call(() => {
        const images = replica
          .entries()
          .flatMap(([, entry]) => (entry.kind === 'item' ? [entry.image] : []))
          .filter((image) => image.pk === pk && (before === undefined || image.sk < before))
          .sort((a, b) => (a.sk < b.sk ? 1 : -1));
        const slice = images.slice(0, limit);
        const last = slice.at(-1);
        const records = slice.map((image) => ({ sk: image.sk, image }));
        return images.length > limit && last ? { records, next: last.sk } : { records };
      }),
    queryIndex: () => Promise.reject(new Error('Cannot query an index: simulated items are in none')),
  };
}

function isSame(a: ItemImage, b: ItemImage): boolean {
  return a === b || (a.dot === b.dot && a.region === b.region && a.updatedAt === b.updatedAt);
}

/** Whether the answer to an earlier attempt was lost. The trace of a keyed write may be that of an earlier call. */
function wasMade(image: ItemImage, found: ItemImage, isKeyed: boolean): boolean {
  const isIt = isSame(image, found) && compareVersions(image.version, found.version) === 'equal';
  return isIt || (!isKeyed && found.history.includes(image.dot));
}
