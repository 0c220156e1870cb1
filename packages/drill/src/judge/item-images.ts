import {
  type Attempt,
  type History,
  isAcknowledged,
  isUnmade,
  itemName,
  type ObservedConflict,
  type ObservedItem,
  operationIdIn,
  type RegionView,
  type Version,
} from './history.ts';
import { countOf, versionText } from './image-ancestry.ts';

/** One image of an item that is known to have existed. */
export interface Image {
  readonly region: string;
  readonly version: Version;
  readonly deleted: boolean;
  /** The operation that wrote it; unknown for a deletion that nobody was told of. */
  readonly operation?: string;
}

/** A deletion of which not all is known: whether it was made, or on top of what. */
export interface UnclearDeletion {
  /** Regions that may have made it. */
  readonly regions: readonly string[];
  /** Its count, where the region said so. */
  readonly count?: number;
  /** The version on top of which it was made, if at all, where the client asked for one. */
  readonly match?: Version;
  readonly endMs: number;
}

/**
 * A keyed write of which a region may have made an image that nobody was ever shown: it was asked, no answer came, and
 * another region was asked instead.
 */
export interface UnclearWrite {
  readonly operation: string;
  readonly region: string;
  readonly startMs: number;
}

/** Everything known of one item. */
export interface KnownItem {
  readonly images: readonly Image[];
  readonly unclearDeletions: readonly UnclearDeletion[];
  readonly unclearWrites: readonly UnclearWrite[];
  /** Regions in which it was deleted, or may have been. */
  readonly deletedIn: ReadonlySet<string>;
  /** When the first attempt of each operation on it began. */
  readonly startedMs: ReadonlyMap<string, number>;
  /** When the last attempt of each operation on it ended. */
  readonly endedMs: ReadonlyMap<string, number>;
}

/** Everything known of each item, by {@link itemName}. */
export type KnownItems = ReadonlyMap<string, KnownItem>;

interface Collected {
  readonly images: Map<string, Image>;
  readonly deletions: Map<string, Attempt[]>;
  readonly unclearWrites: UnclearWrite[];
  readonly startedMs: Map<string, number>;
  readonly endedMs: Map<string, number>;
}

/** Collects every image that answers, final lists and conflict entries show. */
export function collectImages({ attempts }: History, views: readonly RegionView[]): KnownItems {
  const items = new Map<string, Collected>();
  const of = (key: { pk: string; sk: string }): Collected => {
    const name = itemName(key);
    const found = items.get(name) ?? nothingCollected();
    items.set(name, found);
    return found;
  };
  const see = (key: { pk: string; sk: string }, image: Image) => {
    const { images } = of(key);
    const id = `${image.region} ${versionText(image.version)}`;
    if (images.get(id)?.operation === undefined) images.set(id, image);
  };
  const seeItem = (item: ObservedItem) => see(item, imageOf(item));
  const seeConflict = ({ loser, winner }: ObservedConflict) => {
    seeItem(loser);
    if (winner !== undefined) see(loser, { ...winner, deleted: winner.deleted === true });
  };

  for (const attempt of attempts) {
    const { answer, operation } = attempt;
    if (answer.item !== undefined) seeItem(answer.item);
    if (answer.superseded !== undefined) seeConflict(answer.superseded);
    const key = operation.kind === 'post' ? answer.item : keyOf(attempt);
    if (key !== undefined) {
      const { startedMs, endedMs, unclearWrites } = of(key);
      if (!startedMs.has(operation.id)) startedMs.set(operation.id, attempt.startMs);
      endedMs.set(operation.id, Math.max(endedMs.get(operation.id) ?? 0, attempt.endMs));
      const { region, startMs } = attempt;
      if (isUnclearWrite(attempt)) unclearWrites.push({ operation: operation.id, region, startMs });
    }
    if (operation.kind !== 'delete' || isUnmade(attempt)) continue;
    const { deletions } = of(operation);
    deletions.set(operation.id, [...(deletions.get(operation.id) ?? []), attempt]);
    const made = tombstoneOf(attempt);
    if (made !== undefined) see(operation, made);
  }
  for (const { items: listed, conflicts } of views) {
    for (const item of listed) seeItem(item);
    for (const conflict of conflicts) seeConflict(conflict);
  }
  return new Map([...items].map(([name, collected]) => [name, knownItem(collected)]));
}

function nothingCollected(): Collected {
  const nothing = { images: new Map(), deletions: new Map(), unclearWrites: [] };
  return { ...nothing, startedMs: new Map(), endedMs: new Map() };
}

function isUnclearWrite(attempt: Attempt): boolean {
  const { operation } = attempt;
  const isKeyedPut = operation.kind === 'put' && operation.idempotencyKey !== undefined;
  return isKeyedPut && !isAcknowledged(attempt) && !isUnmade(attempt);
}

function keyOf({ operation }: Attempt): { pk: string; sk: string } | undefined {
  return operation.kind === 'put' || operation.kind === 'delete' || operation.kind === 'read'
    ? operation
    : undefined;
}

function imageOf({ region, version, deleted, data }: ObservedItem): Image {
  const operation = operationIdIn(data);
  return { region, version, deleted: deleted === true, ...(operation === undefined ? {} : { operation }) };
}

/**
 * The whole version of a tombstone, where it can be known: If-Match says on top of what it was made, and the session
 * token says its count.
 */
function tombstoneOf(attempt: Attempt): Image | undefined {
  const { operation, answer, region } = attempt;
  const { sighting } = answer;
  if (operation.kind !== 'delete' || operation.match === undefined || sighting?.region !== region)
    return undefined;
  if (!isAcknowledged(attempt) || answer.isReplay === true) return undefined;
  const version = { ...operation.match, [region]: sighting.count };
  return { region, version, deleted: true, operation: operation.id };
}

function knownItem({ images, deletions, ...others }: Collected): KnownItem {
  const all = [...images.values()];
  const unclear = [...deletions.values()].map((attempts) => unclearDeletion(attempts, all));
  return {
    images: all,
    unclearDeletions: unclear.filter((each) => each !== undefined),
    deletedIn: new Set([...deletions.values()].flat().map(({ region }) => region)),
    ...others,
  };
}

function unclearDeletion(
  attempts: readonly Attempt[],
  images: readonly Image[],
): UnclearDeletion | undefined {
  const endMs = Math.max(...attempts.map((attempt) => attempt.endMs));
  // A repetition that is called one tells nothing new of a deletion that its client was told of.
  const made = attempts.filter(({ answer }) => answer.isReplay !== true);
  const told = made.filter((attempt) => isAcknowledged(attempt) && attempt.answer.sighting);
  const counts = told.flatMap(({ answer: { sighting } }) => (sighting === undefined ? [] : [sighting]));
  const isClear = counts.every((sighting) => images.some((image) => isTombstoneAt(image, sighting)));
  if (told.length > 0 && told.length === made.length && isClear) return undefined;
  const [only] = counts;
  const match = attempts[0]?.operation.kind === 'delete' ? attempts[0].operation.match : undefined;
  return {
    regions: [...new Set(attempts.map(({ region }) => region))],
    endMs,
    ...(match === undefined ? {} : { match }),
    ...(attempts.length === 1 && only !== undefined ? { count: only.count } : {}),
  };
}

function isTombstoneAt(image: Image, { region, count }: { region: string; count: number }): boolean {
  return image.deleted && image.region === region && countOf(image.version, region) === count;
}
