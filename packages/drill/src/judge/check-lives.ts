import {
  type Attempt,
  type Checker,
  type History,
  isAcknowledged,
  itemName,
  type ObservedItem,
  type Operation,
  subjectOf,
  type Violation,
} from './history.ts';
import { versionText } from './image-ancestry.ts';

/**
 * Judges how long items live: a write that says so gives the item a life, or one without end; one that says nothing
 * leaves the life as it is, which can be told where its condition names the version that it was made on.
 */
export const checkLives: Checker = (history) => {
  const ends = endsByVersion(history);
  return history.attempts.flatMap((attempt): Violation[] => {
    const { operation, answer, region } = attempt;
    if (operation.kind !== 'put' || answer.item === undefined) return [];
    if (!isAcknowledged(attempt) || answer.isReplay === true) return [];
    const needed = neededEnd(operation, answer.item, ends);
    if (needed === undefined || needed === endOf(answer.item)) return [];
    const detail = `${operation.id} in ${region} left an item that ends ${endOf(answer.item)} (expected ${needed})`;
    return [{ subject: subjectOf(attempt), detail }];
  });
};

/** When an item ends, as far as a judge compares: the second, or never. */
type End = string;

function endOf({ ttl }: Pick<ObservedItem, 'ttl'>): End {
  return ttl === undefined ? 'never' : `at ${ttl} s`;
}

function neededEnd(
  operation: Extract<Operation, { kind: 'put' }>,
  { updatedAt }: ObservedItem,
  ends: ReadonlyMap<string, End>,
): End | undefined {
  const { ttlSeconds, match } = operation;
  if (ttlSeconds === null) return 'never';
  if (ttlSeconds !== undefined) return endOf({ ttl: Math.floor(Date.parse(updatedAt) / 1_000) + ttlSeconds });
  if (match === undefined || match === 'none') return undefined;
  return ends.get(`${itemName(operation)} ${versionText(match)}`);
}

/** What was seen of each version of each item. */
function endsByVersion({ attempts }: History): ReadonlyMap<string, End> {
  const shown = attempts.flatMap(({ answer: { item } }: Attempt) => (item === undefined ? [] : [item]));
  return new Map(shown.map((item) => [`${itemName(item)} ${versionText(item.version)}`, endOf(item)]));
}
