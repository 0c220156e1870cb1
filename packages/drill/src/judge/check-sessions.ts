import { conflictName } from './check-convergence.ts';
import {
  type Attempt,
  type Checker,
  itemName,
  type ObservedConflict,
  type RegionView,
  type Violation,
} from './history.ts';
import { countOf, versionText } from './image-ancestry.ts';
import type { Image } from './item-images.ts';
import { isDeletedMeanwhile, mayHoldUnseen, type SettledItem, settledItems } from './settled-items.ts';

/** Items that a session promises to remember. */
const SESSION_ITEMS = 16;

/**
 * Judges sessions: a read that carries one answers with what the session has seen of the item last, or with what was
 * made from it; or it says that this was lost, with the entry of the conflict log; or that the region is behind, and
 * names one. The last reads, when everything has settled, must not say "behind" any more.
 */
export const checkSessions: Checker = (history, views) => {
  const items = new Map(settledItems(history, views).map((item) => [item.name, item]));
  const logged = new Set(views.flatMap(({ conflicts }: RegionView) => conflicts.map(conflictName)));
  const clients = new Map<string, Attempt[]>();
  for (const attempt of history.attempts) {
    const { client } = attempt.operation;
    const others = clients.get(client);
    if (others === undefined) clients.set(client, [attempt]);
    else others.push(attempt);
  }
  return [...clients.values()].flatMap((attempts) => judgeClient(attempts, { items, logged }));
};

interface Judging {
  readonly items: ReadonlyMap<string, SettledItem>;
  /** Names of all entries of the conflict log. */
  readonly logged: ReadonlySet<string>;
}

function judgeClient(attempts: readonly Attempt[], judging: Judging): Violation[] {
  // The item seen last stands last, as a Map keeps the order in which keys were set.
  const seen = new Map<string, Image | undefined>();
  return attempts.flatMap((attempt) => {
    const name = nameOf(attempt);
    const item = judging.items.get(name ?? '');
    if (name === undefined || item === undefined) return [];
    const required = attempt.inSession ? seen.get(name) : undefined;
    const found = required === undefined ? undefined : brokenRead(attempt, { item, required, judging });
    note(seen, { attempt, name, item });
    return found === undefined ? [] : [{ subject: name, detail: found }];
  });
}

function nameOf({ operation, answer }: Attempt): string | undefined {
  switch (operation.kind) {
    case 'post':
      return answer.item === undefined ? undefined : itemName(answer.item);
    case 'put':
    case 'delete':
    case 'read':
      return itemName(operation);
    default:
      return undefined;
  }
}

/** Keeps what the session has seen. A sighting of which nothing is known leaves nothing to require. */
function note(
  seen: Map<string, Image | undefined>,
  { attempt: { answer, keptSession }, name, item }: { attempt: Attempt; name: string; item: SettledItem },
): void {
  if (!keptSession || answer.sighting === undefined) return;
  const image = answer.isReplay ? undefined : imageOf(answer.item, item);
  seen.delete(name);
  seen.set(name, image ?? item.graph.find(answer.sighting));
  const [oldest] = seen.keys();
  if (seen.size > SESSION_ITEMS && oldest !== undefined) seen.delete(oldest);
}

function imageOf(
  shown: { readonly region: string; readonly version: Image['version'] } | undefined,
  { images }: Pick<SettledItem, 'images'>,
): Image | undefined {
  if (shown === undefined) return undefined;
  const text = versionText(shown.version);
  return images.find(({ region, version }) => region === shown.region && versionText(version) === text);
}

interface RequiredRead {
  readonly item: SettledItem;
  readonly required: Image;
  readonly judging: Judging;
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
  { state, item, required, judging }: RequiredRead & { state: string },
): string | undefined {
  const loser = imageOf(entry.loser, item);
  if (loser === undefined || item.graph.descent(loser, required) === 'none')
    return `${state}: told that ${conflictName(entry)} was lost, which does not include it`;
  return judging.logged.has(conflictName(entry)) || isQuiet(entry, item)
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
