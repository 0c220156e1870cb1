import type { ItemImage } from '../../../src/domain/item-image.ts';
import type { ItemStore } from '../../../src/domain/item-store.ts';
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
}

/** Makes the item store of one invocation. */
export function modelItemStore({ world, region, invocation, writeOf }: ItemStoreOptions): ItemStore {
  const replica = world.replica(region);
  const heldAt = (key: string) => {
    const entry = replica.get(key);
    return entry?.kind === 'item' ? entry.image : undefined;
  };
  return {
    replace: (image, before) =>
      invocation.call(() => {
        const held = heldAt(keys.item(image));
        if (held !== undefined && wasMade(image, held)) return { replaced: true };
        const isAsExpected =
          before === undefined || held === undefined ? before === held : isSame(held, before);
        if (!isAsExpected) return { replaced: false, ...(held === undefined ? {} : { found: held }) };
        world.storeImage(region, image, writeOf(image));
        return { replaced: true };
      }),
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
  };
}

function isSame(a: ItemImage, b: ItemImage): boolean {
  return a === b || (a.dot === b.dot && a.region === b.region && a.updatedAt === b.updatedAt);
}

/** Whether the answer to an earlier attempt was lost. The trace of a keyed write may be that of an earlier call. */
function wasMade(image: ItemImage, found: ItemImage): boolean {
  const isIt = isSame(image, found) && compareVersions(image.version, found.version) === 'equal';
  const isKeyed = image.keyedWrites.at(-1)?.dot === image.dot;
  return isIt || (!isKeyed && found.history.includes(image.dot));
}
