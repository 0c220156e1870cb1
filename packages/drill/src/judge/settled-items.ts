import { type History, itemName, type ObservedConflict, type RegionView } from './history.ts';
import { versionText } from './image-ancestry.ts';
import { buildImageGraph, type ImageGraph } from './image-graph.ts';
import { collectImages, type Image, type KnownItem } from './item-images.ts';

/** An entry of the conflict log and the image that it tells of. */
export interface LoggedLoss {
  readonly entry: ObservedConflict;
  readonly image: Image;
}

/** One item when everything has settled: its images, which of them is visible, which are in the conflict log. */
export interface SettledItem extends KnownItem {
  readonly name: string;
  readonly graph: ImageGraph;
  /** Absent when the item is deleted, or never was. */
  readonly visible: Image | undefined;
  readonly logged: readonly LoggedLoss[];
}

/** Every item of a history as it stands in the end. All regions agree on that, or convergence is violated. */
export function settledItems(history: History, views: readonly RegionView[]): SettledItem[] {
  const [view] = views;
  const items = new Map(view?.items.map((item) => [itemName(item), item]));
  const conflicts = conflictsByItem(view?.conflicts ?? []);
  return [...collectImages(history, views)].map(([name, known]) => {
    const find = ({ region, version }: Pick<Image, 'region' | 'version'>) =>
      known.images.find(
        (image) => image.region === region && versionText(image.version) === versionText(version),
      );
    const item = items.get(name);
    const logged = (conflicts.get(name) ?? []).flatMap((entry) => {
      const image = find(entry.loser);
      return image === undefined ? [] : [{ entry, image }];
    });
    const graph = buildImageGraph(known, history.regions);
    return { ...known, name, graph, visible: item === undefined ? undefined : find(item), logged };
  });
}

function conflictsByItem(conflicts: readonly ObservedConflict[]): Map<string, ObservedConflict[]> {
  const found = new Map<string, ObservedConflict[]>();
  for (const conflict of conflicts) {
    const name = itemName(conflict.loser);
    found.set(name, [...(found.get(name) ?? []), conflict]);
  }
  return found;
}

/** Two deletions of different regions, neither made on top of the other, of which one took the other's place. */
export interface MetDeletions {
  readonly dropped: Image;
  /** Absent where all that is known is that there may have been one. */
  readonly kept?: Image;
}

/**
 * Finds deletions that may have met another one: the item was deleted either way, so nothing was lost, and no entry
 * of the log tells of it.
 */
export function metDeletions({ images, graph, logged, unclearDeletions }: SettledItem): MetDeletions[] {
  const isLogged = (image: Image) => logged.some((loss) => loss.image === image);
  const tombstones = images.filter(({ deleted }) => deleted);
  return tombstones
    .filter((dropped) => !isLogged(dropped) && graph.childrenOf(dropped).length === 0)
    .flatMap((dropped) => {
      const kept = tombstones.filter(
        (other) =>
          other.region !== dropped.region &&
          !isLogged(other) &&
          graph.descent(other, dropped) === 'none' &&
          graph.descent(dropped, other) === 'none',
      );
      const unclear = unclearDeletions.some(({ regions }) =>
        regions.some((region) => region !== dropped.region),
      );
      return [...kept.map((other) => ({ dropped, kept: other })), ...(unclear ? [{ dropped }] : [])];
    });
}

/**
 * Whether what a reader was given may stand for `seen` because that was deleted, and this deletion met another one:
 * the reader then was given what came after the other one.
 */
export function isDeletedMeanwhile(item: SettledItem, seen: Image, given: Image | undefined): boolean {
  const { graph, unclearDeletions, images } = item;
  const onTopOfSeen = images.filter((image) => graph.descent(image, seen) !== 'none');
  const isUnclear = unclearDeletions.some(({ match }) =>
    onTopOfSeen.some(({ version }) => match !== undefined && versionText(match) === versionText(version)),
  );
  if (isUnclear) return true;
  return metDeletions(item).some(
    ({ dropped, kept }) =>
      graph.descent(dropped, seen) !== 'none' &&
      (kept === undefined || given === undefined || graph.descent(given, kept) !== 'none'),
  );
}

/**
 * Whether one image may stand for a write although it was made from an image that is known to nobody: a call that took too
 * long in one region and was completed in another may have been carried out in both, and later writes of the first region
 * are made on top of what it made there.
 *
 * ```
 * eu-west-1      put A (no answer) ------ A' ----- put B, on top of A'       visible: B, which includes A
 * eu-central-1                 put A (200), lost to B                        seen by nobody: A'
 * ```
 */
export function mayHoldUnseen(item: SettledItem, holder: Image, write: Image): boolean {
  const { graph, unclearWrites, endedMs } = item;
  const unclear = unclearWrites.filter(({ operation }) => operation === write.operation);
  if (unclear.length === 0) return false;
  return [...graph.included(holder, true)].some(({ region, operation = '' }) => {
    const madeUntilMs = endedMs.get(operation) ?? Number.POSITIVE_INFINITY;
    return unclear.some((asked) => asked.region === region && asked.startMs < madeUntilMs);
  });
}
