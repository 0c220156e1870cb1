import type { ItemKey } from '../contract/item.ts';
import type { JsonValue } from '../contract/json-value.ts';
import { type Clock, pause, type RandomInteger } from './clock.ts';
import { type ItemImage, isVisible, nextImage } from './item-image.ts';
import type { ItemStore, StoreCallOptions } from './item-store.ts';
import { joinImages } from './join-images.ts';
import { PlatformError } from './platform-error.ts';
import { freshnessOf } from './session.ts';

/**
 * Merges the content of a lost write into that of what is kept.
 *
 * @returns undefined where it cannot be merged: the loss is only logged then
 */
export type Merge = (mine: JsonValue | undefined, theirs: JsonValue | undefined) => JsonValue | undefined;

/** What merging lost writes needs. */
export interface ConflictMergerOptions {
  readonly store: Pick<ItemStore, 'get' | 'replace'>;
  /** How items of such a key are merged; undefined: not at all. */
  readonly mergeOf: (key: ItemKey) => Merge | undefined;
  readonly clock: Clock;
  readonly random: RandomInteger;
  readonly region: string;
  readonly regions: readonly string[];
}

/**
 * Merges a lost write into what its region holds now.
 *
 * @returns whether what the region holds includes the write; without, the loss has to be logged
 * @throws PlatformError as the store does, and `item-contended` when others wrote the item all the time
 */
export type ConflictMerger = (lost: ItemImage, options?: StoreCallOptions) => Promise<boolean>;

/** Attempts at one merge; each of them but the last was overtaken by another writer of this region. */
const attemptsMax = 8;

/** Longest wait before the second attempt; it doubles with each. */
const waitMs = 10;

/**
 * Makes what resolves conflicts. A merge is a write with two parents, made in the region that lost:
 *
 *     eu-west-1     {w} ... <- {c} wins: {w} is lost ... merges {w} and {c}: {w, c} ----.
 *     eu-central-1  {c} .................................................................'-> {w, c}, made from {c}: no loss
 *
 * The change may be told again: what the region holds includes the write then, and nothing is merged twice. Where three
 * regions merge at once, one of the merges is lost to another, by a loss that is merged in turn.
 */
export function createConflictMerger(options: ConflictMergerOptions): ConflictMerger {
  const { store, mergeOf, clock, random, region, regions } = options;
  return async (lost, call) => {
    const merge = mergeOf(lost);
    if (merge === undefined || lost.deleted) return false;
    const key = { pk: lost.pk, sk: lost.sk };
    let held = await store.get(key, call);
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      const nowMs = clock.nowMs();
      // A deletion is no content: whether it or the write was meant to last, nobody but a person can tell.
      if (held === undefined || !isVisible(held, nowMs)) return false;
      // What replaced the write does not include it, so that only a merge can have brought it in. Where too much was
      // written since for anybody to tell, it is not merged: a second time it might count twice.
      const freshness = freshnessOf(held, { ...lost, count: lost.version[lost.region] ?? 0 });
      if (freshness !== 'behind') return freshness === 'current';
      const data = merge(lost.data, held.data);
      if (data === undefined) return false;
      const write = { key, content: { data }, defaultTtlSeconds: null };
      const image = nextImage(joinImages(held, lost), write, { region, regions, nowMs, random });
      const outcome = await store.replace(image, held, call).catch(noRoom);
      if (outcome === undefined) return false;
      if (outcome.replaced) return true;
      held = outcome.found;
      if (attempt > 1) await pause(clock, random(waitMs * 2 ** (attempt - 1)));
    }
    throw new PlatformError(
      'item-contended',
      `Cannot merge the item: ${attemptsMax} attempts were overtaken by other writers of this region`,
    );
  };
}

// Two items that each fit need not fit into one.
function noRoom(error: unknown): undefined {
  if (error instanceof PlatformError && error.code === 'item-too-large') return undefined;
  throw error;
}
