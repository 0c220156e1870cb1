import type { JsonValue } from '../contract/json-value.ts';
import { createChangeConsumer } from '../domain/change-consumer.ts';
import { createConflictMerger, type Merge } from '../domain/conflict-merger.ts';
import { type ItemImage, nextImage } from '../domain/item-image.ts';
import { sha256 } from '../functions/runtime.ts';

/** Makes a whole number from 0 to below `limit`. */
type RandomBelow = (limit: number) => number;

interface Change {
  readonly image: ItemImage;
  /** Last writer wins: the later time, of one time the region's name. */
  readonly stampMs: number;
}

interface ModelRegion {
  readonly name: string;
  held: Change | undefined;
  /** What is on its way to the region, by where it comes from, in order. */
  readonly arriving: Map<string, Change[]>;
  /** What the region's stream has told and nobody has followed up. */
  readonly stream: { readonly before: ItemImage; readonly after: ItemImage; readonly atMs: number }[];
}

const key = { pk: 'item', sk: 'item' };
const startMs = Date.UTC(2026, 0, 1);

/**
 * One item in several regions, in memory: writes, replication by last writer wins, and the platform's own consumer of the
 * stream, which merges. What happens next is chosen from outside, so that every order can be played.
 */
export class MergeModel {
  /** What happened, a line each. */
  readonly story: string[] = [];
  /** Images of writes that somebody made, without merges. */
  readonly written: ItemImage[] = [];
  /** Lost writes that stand in the conflict log. */
  readonly logged: number[] = [];
  readonly #regions: readonly ModelRegion[];
  readonly #random: RandomBelow;
  readonly #merge: Merge;
  #nowMs = startMs;

  constructor(count: number, { random, merge }: { readonly random: RandomBelow; readonly merge: Merge }) {
    const names = Array.from({ length: count }, (_, at) => `region-${at + 1}`);
    this.#regions = names.map((name) => {
      const peers = names.filter((peer) => peer !== name);
      return { name, held: undefined, arriving: new Map(peers.map((peer) => [peer, []])), stream: [] };
    });
    this.#random = random;
    this.#merge = merge;
  }

  /** What each region holds. */
  get contents(): readonly (ItemImage | undefined)[] {
    return this.#regions.map(({ held }) => held?.image);
  }

  /** A caller writes an item's whole content in a region. */
  write(at: number, data: JsonValue): void {
    const region = this.#region(at);
    const write = { key, content: { data }, defaultTtlSeconds: null };
    const image = nextImage(region.held?.image, write, this.#context(region));
    this.written.push(image);
    this.#put(region, image, `writes ${JSON.stringify(data)}`);
  }

  /** Everything that may happen next by itself: a change arrives, or a stream is followed up. */
  pending(): readonly (() => Promise<void>)[] {
    return this.#regions.flatMap((region) => [
      ...(region.stream.length > 0 ? [() => this.#followUp(region)] : []),
      ...[...region.arriving]
        .filter(([, changes]) => changes.length > 0)
        .map(
          ([from]) =>
            () =>
              this.#arrive(region, from),
        ),
    ]);
  }

  async #followUp(region: ModelRegion): Promise<void> {
    const change = region.stream.shift();
    if (change === undefined) return;
    const consume = createChangeConsumer({
      ...{ sha256, region: region.name, regions: this.#names, conflictTtlSeconds: 86_400 },
      counters: { takeBack: () => Promise.resolve(false) },
      conflicts: {
        record: async ({ dot, isQuiet }) => {
          if (!isQuiet) this.logged.push(dot);
          return true;
        },
      },
      merge: createConflictMerger({
        ...this.#context(region),
        mergeOf: () => this.#merge,
        clock: { nowMs: () => this.#nowMs, setTimer: () => () => undefined },
        store: {
          get: async () => region.held?.image,
          replace: async (image) => {
            this.#put(region, image, `merges ${JSON.stringify(image.data)}`);
            return { replaced: true };
          },
        },
      }),
    });
    await consume({ kind: 'item', ...change });
  }

  async #arrive(region: ModelRegion, from: string): Promise<void> {
    const change = region.arriving.get(from)?.shift();
    const { held } = region;
    if (change === undefined || (held !== undefined && !isLater(change, held))) return;
    this.#nowMs += 1;
    region.held = change;
    this.story.push(`${region.name} takes over ${JSON.stringify(change.image.data)} from ${from}`);
    const isLoss = held?.image.region === region.name && change.image.region !== region.name;
    if (isLoss) region.stream.push({ before: held.image, after: change.image, atMs: this.#nowMs });
  }

  #put(region: ModelRegion, image: ItemImage, act: string): void {
    this.#nowMs += 1;
    const change = { image, stampMs: Math.max(this.#nowMs, (region.held?.stampMs ?? 0) + 1) };
    region.held = change;
    this.story.push(`${region.name} ${act}`);
    for (const peer of this.#regions) peer.arriving.get(region.name)?.push(change);
  }

  #context({ name: region }: ModelRegion) {
    return { region, regions: this.#names, nowMs: this.#nowMs, random: this.#random };
  }

  get #names(): readonly string[] {
    return this.#regions.map(({ name }) => name);
  }

  #region(at: number): ModelRegion {
    const region = this.#regions[at];
    if (region === undefined)
      throw new RangeError(`Cannot write in region ${at}: the model has ${this.#regions.length}.`);
    return region;
  }
}

function isLater(change: Change, held: Change): boolean {
  if (change.stampMs !== held.stampMs) return change.stampMs > held.stampMs;
  return change.image.region > held.image.region;
}
