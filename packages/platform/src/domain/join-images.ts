import { historyMax, type ItemImage, keyedWritesMax } from './item-image.ts';
import type { KeyedWrite } from './keyed-write.ts';
import type { VersionVector } from './version-vector.ts';

/**
 * Joins what a region holds with a write that was lost to it, as the one that a merge is made from: whoever has seen either
 * has seen what comes of it. Of both it keeps who wrote them (their histories), which keys wrote them, and the longer life.
 *
 * @param held - what is kept: content and time are its
 * @param lost - of the same key, and no part of `held`
 */
export function joinImages(held: ItemImage, lost: ItemImage): ItemImage {
  const version = joinVersions(held.version, lost.version);
  const history = joinHistories(held.history, [...lost.history, lost.dot]);
  const { reach: _reach, ttl: _ttl, forgotten: _forgotten, ...rest } = held;
  const ttl = held.ttl === undefined || lost.ttl === undefined ? undefined : Math.max(held.ttl, lost.ttl);
  const isComplete = held.reach === undefined && lost.reach === undefined && history.length < historyMax / 2;
  return {
    ...rest,
    createdAt: [held.createdAt, lost.createdAt].sort()[0] ?? held.createdAt,
    ...(ttl === undefined ? {} : { ttl }),
    version,
    history,
    // Two histories in the room of one reach back only half as far: nothing is said of what lies before the join.
    ...(isComplete ? {} : { reach: { since: version, next: version, age: 0 } }),
    ...joinKeys(held, lost),
  };
}

function joinVersions(one: VersionVector, other: VersionVector): VersionVector {
  const regions = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...regions].map((each) => [each, Math.max(one[each] ?? 0, other[each] ?? 0)]));
}

/** The latest of both by turns, the oldest first: of each chain that is known what fits. */
function joinHistories(one: readonly number[], other: readonly number[]): readonly number[] {
  const joined = new Set<number>();
  for (let back = 1; back <= Math.max(one.length, other.length); back += 1)
    for (const dot of [one.at(-back), other.at(-back)]) if (dot !== undefined) joined.add(dot);
  return [...joined].slice(0, historyMax).reverse();
}

/** Keys that do not fit go as they do in one image, the earliest first: what is not newer than one of them is refused. */
function joinKeys(held: ItemImage, lost: ItemImage): Pick<ItemImage, 'keyedWrites' | 'forgotten'> {
  const known = new Set(held.keyedWrites.map(({ key }) => key));
  const all = [...held.keyedWrites, ...lost.keyedWrites.filter(({ key }) => !known.has(key))];
  const [first, ...others] = all.sort((a, b) => timeOf(a) - timeOf(b));
  const kept = others.slice(-(keyedWritesMax - 1));
  const gone = others.slice(0, others.length - kept.length);
  const ends = [
    held.forgotten,
    lost.forgotten,
    ...gone.map((each) => ({ keyMs: timeOf(each), until: each.until })),
  ];
  const past = ends.filter((each) => each !== undefined);
  const keyedWrites = first === undefined ? [] : [first, ...kept];
  if (past.length === 0) return { keyedWrites };
  const forgotten = {
    keyMs: Math.max(...past.map(({ keyMs }) => keyMs)),
    until: Math.max(...past.map(({ until }) => until)),
  };
  return { keyedWrites, forgotten };
}

// A key without a time is as old as what it wrote.
function timeOf({ keyMs, updatedAt }: KeyedWrite): number {
  return keyMs ?? Date.parse(updatedAt);
}
