import type { Checker, Violation } from './history.ts';
import { countOf, versionText } from './image-ancestry.ts';
import type { Image } from './item-images.ts';
import { mayHoldUnseen, metDeletions, type SettledItem, settledItems } from './settled-items.ts';

/**
 * Judges that nothing was lost silently: every write that was made is visible, or one that was made from it is, or
 * the conflict log has it, or has the last of the lost writes that were made from it.
 */
export const checkLosses: Checker = (history, views) =>
  settledItems(history, views).flatMap((item) => untracedWrites(item));

function untracedWrites(item: SettledItem): Violation[] {
  const { images, graph } = item;
  const accounted = accountedFor(item);
  const untraced = images.filter(
    (image) => !accounted.has(image) && ![...accounted].some((holder) => mayHoldUnseen(item, holder, image)),
  );
  // Of a chain that is gone as a whole, the last write is the one to tell of.
  const ends = untraced.filter((image) =>
    untraced.every((other) => other === image || !graph.included(other, true).has(image)),
  );
  return ends.map((image) => ({ subject: item.name, detail: untracedDetail(image, item) }));
}

function accountedFor(item: SettledItem): ReadonlySet<Image> {
  const { graph, images, logged } = item;
  // Who deletes what was made from a write has deleted the write.
  const deleted = images.filter((image) => mayBeDeletedUnseen(image, item));
  // Two deletions that met have lost nothing, and the log is silent about them.
  const met = metDeletions(item).map(({ dropped }) => dropped);
  const ends = [...visibleEnds(item), ...logged.map(({ image }) => image), ...met, ...deleted];
  return new Set(ends.flatMap((image) => [...graph.included(image, true)]));
}

/**
 * What readers see in the end. Where that is no item, it is a tombstone, which nobody is shown: the last of the
 * tombstones that are known, if nothing speaks for another.
 */
function visibleEnds({ visible, images, graph, logged, startedMs }: SettledItem): Image[] {
  if (visible !== undefined) return [visible];
  const startOf = ({ operation = '' }: Image) => startedMs.get(operation) ?? 0;
  const last = images
    .filter(
      (image) =>
        image.deleted && !logged.some((loss) => loss.image === image) && graph.childrenOf(image).length === 0,
    )
    .sort((a, b) => startOf(a) - startOf(b))
    .at(-1);
  return last === undefined ? [] : [last];
}

/**
 * Whether a deletion of which not all is known may have been made on top of this image: then the deletion stands for
 * it, and may itself have met another deletion.
 */
function mayBeDeletedUnseen(image: Image, item: SettledItem): boolean {
  // A keyed write has several images, and a deletion of any of them deletes the write.
  return [image, ...item.graph.twinsOf(image)].some(({ region, version, operation = '' }) => {
    const startMs = item.startedMs.get(operation) ?? 0;
    return item.unclearDeletions.some(({ regions, count, match, endMs }) => {
      if (match !== undefined) return versionText(match) === versionText(version);
      const [only = region] = regions;
      return endMs >= startMs && (count === undefined || count > countOf(version, only));
    });
  });
}

function untracedDetail({ operation, region, version, deleted }: Image, { visible }: SettledItem): string {
  const what = `${deleted ? 'the deletion' : 'the write'} ${operation ?? '(not acknowledged)'} of ${region}`;
  const state = visible === undefined ? 'no item is visible' : `${versionText(visible.version)} is visible`;
  return (
    `${what} with version ${versionText(version)} was lost without a trace: ${state}, ` +
    'one that was made from it or an entry in the conflict log is needed'
  );
}
