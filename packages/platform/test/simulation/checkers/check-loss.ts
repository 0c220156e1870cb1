import type { ChangeRecord, History, ImageRecord, Violation } from '../history.ts';
import { ancestryOf } from './ancestry.ts';

/**
 * Checks that no acknowledged write was lost silently: each is visible or an ancestor of what is visible, or it is
 * in the conflict log or an ancestor of a write that is, or its time was over when another took its place.
 *
 * Whether its time was over is followed through the replica of the region that wrote it, until something took its
 * place that does not descend from it. A history without changes is judged by the end alone: what has expired by
 * then is excused.
 */
export function checkLoss(history: History): Violation[] {
  const { images, changes, operations, replicas } = history;
  const ancestry = ancestryOf(history);
  const kept = new Map<string, string[]>();
  const keep = (item: string, id: number) =>
    kept.set(item, [...(kept.get(item) ?? []), ancestry.image(id).write]);
  for (const { items, conflicts } of replicas) {
    for (const [item, id] of items) keep(item, id);
    for (const { item, loser } of conflicts) keep(item, loser);
  }
  const isKept = ({ item, write }: ImageRecord) =>
    (kept.get(item) ?? []).some((each) => ancestry.includes(each, write));
  const endMs = Math.max(...operations.map(({ serverEndedMs }) => serverEndedMs));

  const isAccounted = (image: ImageRecord): boolean => {
    if (isKept(image)) return true;
    const ending = endingOf(image, changes, (after) =>
      ancestry.includes(ancestry.image(after).write, image.write),
    );
    if (ending?.before === undefined) return changes.length === 0 && image.ttl <= Math.floor(endMs / 1000);
    const last = ancestry.image(ending.before);
    // Merged into what took its place, its fate is that of the merge.
    if (images.some((each) => each.otherParent === last.id && isAccounted(each))) return true;
    const next = ending.after === undefined ? undefined : ancestry.image(ending.after);
    if (last.isDeletion && (next === undefined || next.isDeletion)) return true;
    if (last.ttl <= Math.floor(Math.min(next?.updatedAtMs ?? ending.atMs, ending.atMs) / 1000)) return true;
    // Another region has written on top of it: then it is that region's write whose fate decides.
    return last.region !== image.region && isAccounted(last);
  };

  const acknowledged = new Set(
    operations.flatMap(({ outcome }) => (outcome.status === 'written' ? [outcome.write] : [])),
  );
  return [...acknowledged]
    .map((write) => images.filter((image) => image.write === write))
    .filter((made) => made.length > 0 && !made.some(isAccounted))
    .map(([image]) => ({
      checker: 'loss',
      message: `${image?.write} of ${image?.item} was acknowledged and is neither visible nor in the conflict log`,
    }));
}

/** Finds the change that put an end to an image and all that descends from it, in the region that wrote it. */
function endingOf(
  image: ImageRecord,
  changes: readonly ChangeRecord[],
  descends: (after: number) => boolean,
): ChangeRecord | undefined {
  const own = changes.filter(({ region, item }) => region === image.region && item === image.item);
  const start = own.findIndex(({ after }) => after === image.id);
  return start < 0
    ? undefined
    : own.slice(start + 1).find(({ after }) => after === undefined || !descends(after));
}
