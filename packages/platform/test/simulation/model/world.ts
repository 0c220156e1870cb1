import type { Clock } from '../../../src/domain/clock.ts';
import type { ItemImage } from '../../../src/domain/item-image.ts';
import type { ChangeRecord, ImageRecord, WriteId } from '../history.ts';
import type { Scenario } from '../scenario.ts';
import { itemName, keys } from './keys.ts';
import { Links } from './links.ts';
import { type Entry, Replica, type StreamRecord } from './replica.ts';
import type { Seams } from './seams.ts';
import { VirtualTime } from './virtual-time.ts';

/** When every simulated run begins. */
export const startMs = Date.parse('2026-11-22T12:00:00.000Z');

/** A global table, and the truth about what happened to it. */
export class World {
  readonly time = new VirtualTime(startMs);
  readonly images: ImageRecord[] = [];
  readonly changes: ChangeRecord[] = [];
  /** What was thrown that the contract has no problem for. */
  readonly errors: unknown[] = [];
  readonly links: Links;
  readonly scenario: Scenario;
  readonly #replicas: ReadonlyMap<string, Replica>;
  readonly #functionOffsetsMs = new Map<string, number>();
  readonly #ids = new WeakMap<ItemImage, number>();
  /** The same by what names an image, for those that came through a broken part. */
  readonly #idsByName = new Map<string, number>();
  readonly #listeners = new Map<string, () => void>();

  constructor(scenario: Scenario, seams: Seams) {
    this.scenario = scenario;
    const isNewer = seams.isNewer ?? ((incoming: string, held: string) => incoming > held);
    this.links = new Links({
      time: this.time,
      scenario,
      deliver: (to, change) => this.replica(to).apply(change),
    });
    this.#replicas = new Map(
      scenario.regions.map((region) => [
        region,
        new Replica({
          region,
          trueTimeMs: () => this.time.nowMs,
          isNewer,
          onLocalChange: (change) => this.links.send(region, change),
          onChange: (record) => {
            this.#noteChange(region, record);
            this.#listeners.get(region)?.();
          },
        }),
      ]),
    );
  }

  replica(region: string): Replica {
    const replica = this.#replicas.get(region);
    if (replica === undefined) throw new RangeError(`Cannot find the replica: there is none in ${region}`);
    return replica;
  }

  get replicas(): readonly Replica[] {
    return [...this.#replicas.values()];
  }

  /** The clock of a region's functions. */
  functionClock(region: string): Clock {
    return {
      nowMs: () => this.time.nowMs + (this.#functionOffsetsMs.get(region) ?? 0),
      setTimer: (delayMs, callback) => {
        let isCancelled = false;
        this.time.after(delayMs, () => {
          if (isCancelled) return;
          callback();
          this.time.settled();
        });
        return () => {
          isCancelled = true;
        };
      },
    };
  }

  setFunctionOffset(region: string, offsetMs: number): void {
    this.#functionOffsetsMs.set(region, offsetMs);
  }

  /** Calls back whenever the stream of a region's replica has grown. */
  onStreamGrowth(region: string, listener: () => void): void {
    this.#listeners.set(region, listener);
  }

  /**
   * Stores an image in a region, as the child of whatever the region holds and of the image that was merged with it, and
   * notes which write made it.
   */
  storeImage(region: string, image: ItemImage, write: WriteId, otherParent?: number): number {
    const replica = this.replica(region);
    const held = replica.get(keys.item(image));
    const id = this.images.length;
    this.images.push({
      id,
      write,
      item: itemName(image),
      ...(held?.kind === 'item' ? { parent: held.id } : {}),
      ...(otherParent === undefined ? {} : { otherParent }),
      region,
      version: image.version,
      dot: image.dot,
      ttl: image.ttl ?? Number.POSITIVE_INFINITY,
      updatedAtMs: Date.parse(image.updatedAt),
      isDeletion: image.deleted,
    });
    this.#ids.set(image, id);
    this.#idsByName.set(nameOf(image), id);
    replica.put(keys.item(image), { kind: 'item', image, id });
    return id;
  }

  /** The id of an image that came out of a replica. */
  idOf(image: ItemImage): number {
    const id = this.#ids.get(image) ?? this.#idsByName.get(nameOf(image));
    if (id === undefined) throw new Error(`Cannot tell where an image of ${itemName(image)} comes from`);
    return id;
  }

  #noteChange(region: string, { key, before, after, atMs }: StreamRecord): void {
    const item = [before, after].find((entry) => entry?.kind === 'item');
    if (item === undefined) return;
    const times = { atMs, trueMs: this.time.nowMs };
    this.changes.push({ region, item: key.slice('item '.length), ...times, ...ids(before, after) });
  }
}

function nameOf(image: ItemImage): string {
  return `${itemName(image)} ${image.dot} ${image.region} ${image.updatedAt}`;
}

function ids(before: Entry | undefined, after: Entry | undefined): Pick<ChangeRecord, 'before' | 'after'> {
  return {
    ...(before?.kind === 'item' ? { before: before.id } : {}),
    ...(after?.kind === 'item' ? { after: after.id } : {}),
  };
}
