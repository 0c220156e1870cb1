import type { ChangeRecord, ConflictRecord, History, Violation } from '../history.ts';
import { type Ancestry, ancestryOf } from './ancestry.ts';

/**
 * Checks that every entry of the conflict log is a conflict that happened, and is there once: its winner does not
 * descend from its loser and is not the same write, the loser's time was not over, not both were deletions, and
 * nobody but its author has reported a write that was lost as part of a longer chain. A keyed write that was made in
 * two regions and lost in both is two images: each may have its entry.
 */
export function checkConflicts(history: History): Violation[] {
  const ancestry = ancestryOf(history);
  const entries = new Map(
    history.replicas.flatMap(({ conflicts }) => conflicts.map((each) => [each.key, each])),
  );
  const all = [...entries.values()];
  return all.flatMap((entry) => {
    const fault = falseAlarm(entry, ancestry, history.changes) ?? double(entry, all, ancestry);
    if (fault === undefined) return [];
    const { write, item } = ancestry.image(entry.loser);
    return [
      { checker: 'conflicts' as const, message: `the entry for ${write} of ${item} is wrong: ${fault}` },
    ];
  });
}

// With a key a write may be made again on top of what it lost to: only the winner's own chain tells.
function falseAlarm(
  { loser, winner, detectedAtMs, detectedIn }: ConflictRecord,
  ancestry: Ancestry,
  changes: readonly ChangeRecord[],
): string | undefined {
  const lost = ancestry.image(loser);
  if (winner === undefined) {
    if (lost.isDeletion) return 'a deletion was removed, and nothing came in its place';
    return lost.ttl <= Math.floor(detectedAtMs / 1000) ? 'it had expired when it was removed' : undefined;
  }
  const won = ancestry.image(winner);
  if (won.write === lost.write) return 'it was replaced by itself';
  if (ancestry.isInChain(winner, lost.write)) return `it is an ancestor of ${won.write}, which replaced it`;
  // By the winner's clock and by the replica's: the winner's may be ahead, and then the loser was alive.
  const { atMs = 0 } = changes.find(({ region, before }) => region === detectedIn && before === loser) ?? {};
  if (lost.ttl <= Math.floor(Math.min(won.updatedAtMs, atMs) / 1000))
    return `it had expired when ${won.write} was made`;
  return lost.isDeletion && won.isDeletion ? 'a deletion met a deletion' : undefined;
}

function double(
  entry: ConflictRecord,
  all: readonly ConflictRecord[],
  ancestry: Ancestry,
): string | undefined {
  const lost = ancestry.image(entry.loser);
  const twin = all.find(({ key, loser }) => key < entry.key && loser === entry.loser);
  if (twin !== undefined) return `it is there already, as ${twin.key}`;
  if (entry.detectedIn === lost.region) return undefined;
  const longer = all
    .filter(({ key, item }) => key !== entry.key && item === entry.item)
    .map(({ loser }) => ancestry.image(loser).write)
    .find((write) => write !== lost.write && ancestry.includes(write, lost.write));
  return longer === undefined
    ? undefined
    : `${entry.detectedIn} saw the loss of ${longer}, of which it is a part`;
}
