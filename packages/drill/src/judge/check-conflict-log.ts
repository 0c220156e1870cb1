import { isDeepStrictEqual } from 'node:util';
import { conflictName } from './check-convergence.ts';
import {
  type Attempt,
  attemptsByOperation,
  type Checker,
  type History,
  isRefused,
  itemName,
  type ObservedConflict,
  operationIdIn,
  type Violation,
} from './history.ts';
import { versionText } from './image-ancestry.ts';
import { type LoggedLoss, type SettledItem, settledItems } from './settled-items.ts';

/**
 * Judges that the conflict log tells of conflicts that happened and of nothing else: each entry is a write that a
 * client made, whole, that is not part of what is visible, the last one of its chain, and there once.
 */
export const checkConflictLog: Checker = (history, views) => {
  const attempts = attemptsByOperation(history);
  const entries = views[0]?.conflicts ?? [];
  return [
    ...repeatedEntries(entries),
    ...entries.flatMap((entry) => strangeEntry(entry, attempts)),
    ...settledItems(history, views).flatMap((item) =>
      item.logged.flatMap((loss) => falseAlarm(loss, item, { history, attempts })),
    ),
  ];
};

function violation(entry: ObservedConflict, what: string): Violation[] {
  return [{ subject: itemName(entry.loser), detail: `conflict entry ${conflictName(entry)} ${what}` }];
}

function repeatedEntries(entries: readonly ObservedConflict[]): Violation[] {
  const seen = new Set<string>();
  return entries.flatMap((entry) => {
    const isRepeated = seen.has(conflictName(entry));
    seen.add(conflictName(entry));
    return isRepeated ? violation(entry, 'is there more than once, once is needed') : [];
  });
}

/** An entry whose loser nobody wrote, or that differs from what its writer was told. */
function strangeEntry(entry: ObservedConflict, attempts: ReadonlyMap<string, Attempt[]>): Violation[] {
  const { loser, winner } = entry;
  if (loser.deleted && winner?.deleted)
    return violation(entry, 'tells of two deletions, which is no conflict');
  const candidates = loser.deleted ? [...attempts.values()].flat() : (attempts.get(writerOf(entry)) ?? []);
  const writers = candidates.filter((attempt) => mayHaveMade(attempt, loser));
  if (writers.length === 0) return violation(entry, 'has a loser that no client wrote in that region');
  const told = writers.map(({ answer: { item } }) => item).find((item) => isSameImage(item, loser));
  if (told === undefined || isDeepStrictEqual(told, loser)) return [];
  return violation(entry, `does not hold the whole write: its client was told ${JSON.stringify(told)}`);
}

function writerOf({ loser }: ObservedConflict): string {
  return operationIdIn(loser.data) ?? '';
}

function mayHaveMade(attempt: Attempt, { pk, sk, region, deleted }: ObservedConflict['loser']): boolean {
  const { operation } = attempt;
  if (isRefused(attempt) || attempt.region !== region) return false;
  switch (operation.kind) {
    case 'put':
      return !deleted && operation.pk === pk && operation.sk === sk;
    case 'delete':
      return deleted === true && operation.pk === pk && operation.sk === sk;
    case 'post':
      return !deleted && operation.pk === pk;
    default:
      return false;
  }
}

function isSameImage(
  item: ObservedConflict['loser'] | undefined,
  loser: ObservedConflict['loser'],
): item is ObservedConflict['loser'] {
  return item?.region === loser.region && versionText(item.version) === versionText(loser.version);
}

/** An entry of a write that was not lost, or whose loss another entry tells of. */
function falseAlarm(
  { entry, image }: LoggedLoss,
  { visible, graph }: SettledItem,
  { history, attempts }: { history: History; attempts: ReadonlyMap<string, Attempt[]> },
): Violation[] {
  // A keyed write that was attempted again after it was lost is lost once and there once.
  const mayBeMadeTwice = (attempts.get(image.operation ?? '') ?? []).length > 1;
  // A third region may drop a write before it hears of another that was made from it: lost there, for a time.
  if (mayBeMadeTwice || history.regions.length > 2) return [];
  if (visible !== undefined && graph.descent(visible, image) === 'certain')
    return violation(entry, `is a false alarm: ${versionText(visible.version)} is visible and includes it`);
  const [child] = graph.childrenOf(image);
  if (child === undefined) return [];
  return violation(
    entry,
    `is not the last of its chain: ${versionText(child.version)} of ${child.region} was made from it`,
  );
}
