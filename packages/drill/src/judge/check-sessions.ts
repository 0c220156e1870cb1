import { conflictName } from './check-convergence.ts';
import type { Attempt, Checker, ObservedConflict } from './history.ts';
import { countOf, versionText } from './image-ancestry.ts';
import type { Image } from './item-images.ts';
import { imageOf, judgeSessions } from './session-memory.ts';
import { isDeletedMeanwhile, mayHoldUnseen, type SettledItem } from './settled-items.ts';

/**
 * Judges sessions: a read that carries one answers with what the session has seen of the item last, or with what was
 * made from it; or it says that this was lost, with the entry of the conflict log; or that the region is behind, and
 * names one. The last reads, when everything has settled, must not say "behind" any more.
 */
export const checkSessions: Checker = (history, views) => {
  const logged = new Set(views.flatMap(({ conflicts }) => conflicts.map(conflictName)));
  return judgeSessions(history, {
    views,
    judge: ({ attempt, item, required }) => brokenRead(attempt, { item, required, logged }),
  });
};

interface RequiredRead {
  readonly item: SettledItem;
  readonly required: Image;
  /** Names of all entries of the conflict log. */
  readonly logged: ReadonlySet<string>;
}

/** What is wrong with the answer to a read, if anything is. */
function brokenRead(attempt: Attempt, read: RequiredRead): string | undefined {
  const { operation, region, answer } = attempt;
  if (operation.kind !== 'read') return undefined;
  const { item, required } = read;
  const state = `${operation.client} has seen ${versionText(required.version)} of ${required.region} and reads in ${region}`;
  if (answer.problem === 'replica-behind') {
    if (operation.isLast)
      return `${state}: still told to wait when everything has settled, an answer is needed`;
    return answer.namedRegion === undefined
      ? `${state}: told that the region is behind, but not which one has it`
      : undefined;
  }
  if (answer.status !== 200 && answer.status !== 404) return undefined;
  if (answer.superseded !== undefined) return wrongEntry(answer.superseded, { state, ...read });
  if (answer.status === 404)
    return isDeletedAfter(attempt, read) ? undefined : `${state}: found nothing, nor was told of a loss`;
  const image = imageOf(answer.item, item);
  const isIncluded =
    image !== undefined &&
    (item.graph.descent(image, required) !== 'none' || mayHoldUnseen(item, image, required));
  return isIncluded || isDeletedMeanwhile(item, required, image)
    ? undefined
    : `${state}: found ${versionText(answer.item?.version ?? {})}, which does not include it, nor was told of a loss`;
}

function wrongEntry(
  entry: ObservedConflict,
  { state, item, required, logged }: RequiredRead & { state: string },
): string | undefined {
  const loser = imageOf(entry.loser, item);
  if (loser === undefined || item.graph.descent(loser, required) === 'none')
    return `${state}: told that ${conflictName(entry)} was lost, which does not include it`;
  return logged.has(conflictName(entry)) || isQuiet(entry, item)
    ? undefined
    : `${state}: told of the loss ${conflictName(entry)}, which is not in the conflict log`;
}

/**
 * Whether a loss is one that only sessions need to hear of, and that the log does not list: a deletion that met another
 * one, or a keyed write that what replaced it includes too, made in another region on top of something else.
 */
function isQuiet({ loser, winner }: ObservedConflict, item: SettledItem): boolean {
  if (loser.deleted && winner?.deleted) return true;
  const [lost, won] = [imageOf(loser, item), imageOf(winner, item)];
  return lost !== undefined && won !== undefined && item.graph.descent(won, lost) === 'certain';
}

/** Whether the absence of the item may be due to a deletion of what the session has seen, or of what came from it. */
function isDeletedAfter({ answer: { sighting } }: Attempt, { item, required }: RequiredRead): boolean {
  if (sighting === undefined) return false;
  const { graph, unclearDeletions } = item;
  const tombstone = graph.find(sighting);
  if (tombstone !== undefined)
    return graph.descent(tombstone, required) !== 'none' || isDeletedMeanwhile(item, required, tombstone);
  const { region, count } = sighting;
  // A keyed write has several images; the deletion may have been made on top of any.
  const isOlder = [required, ...graph.twinsOf(required)].every(
    ({ version }) => countOf(version, region) > count,
  );
  return (
    !isOlder && unclearDeletions.some((deletion) => deletion.count === undefined || deletion.count === count)
  );
}
