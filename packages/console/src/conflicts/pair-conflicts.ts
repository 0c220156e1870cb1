import type { Conflict, Item, JsonValue } from '@gsp/platform/contract';
import { versionText } from '../items/compare-lists.ts';

/** The item of a conflict as it is now: null where it is gone, undefined while that is not known. */
export type CurrentItem = Item | null | undefined;

/**
 * How a lost write stands now. `lost`: what won is what everybody sees. `restored`: what was lost is seen again.
 * `rewritten`: neither, the item has been written since. `unknown`: the item could not be read yet.
 */
export type ConflictState = 'lost' | 'restored' | 'rewritten' | 'unknown';

/** A lost write beside what took its place. */
export interface PairedConflict {
  /** The same for the same lost write, from whichever region the log was read. */
  readonly id: string;
  readonly conflict: Conflict;
  readonly current: CurrentItem;
  readonly state: ConflictState;
  /** The item that won, where it was seen; the log has its version only, and it may be gone by now. */
  readonly winnerItem: Item | null;
}

/** Names a lost write: its item and its version, which no other write of it has. */
export function conflictId({ loser }: Conflict): string {
  return JSON.stringify([loser.pk, loser.sk, versionText(loser.version)]);
}

/** What is known when conflicts are paired. */
export interface PairingFacts {
  /** The present items of the partition key, by sort key. */
  readonly currentBySk: ReadonlyMap<string, Item | null>;
  /** What was paired the last time. */
  readonly before: readonly PairedConflict[];
}

/** Sets each entry of the log beside the present item, each lost write once, the one that was noticed last first. */
export function pairConflicts(
  conflicts: readonly Conflict[],
  { currentBySk, before }: PairingFacts,
): readonly PairedConflict[] {
  const byId = new Map(conflicts.map((conflict) => [conflictId(conflict), conflict]));
  return [...byId]
    .map(([id, conflict]): PairedConflict => {
      const current = currentBySk.get(conflict.loser.sk);
      const known = before.find((paired) => paired.id === id)?.winnerItem ?? null;
      const winnerItem = current && isWinner(current, conflict) ? current : known;
      return { id, conflict, current, state: conflictState(conflict, current), winnerItem };
    })
    .sort((one, other) => Date.parse(other.conflict.detectedAt) - Date.parse(one.conflict.detectedAt));
}

/** Tells how a lost write stands, from what is there now. */
export function conflictState(conflict: Conflict, current: CurrentItem): ConflictState {
  const { loser, winner } = conflict;
  if (current === undefined) return 'unknown';
  if (current === null) return loser.deleted === true ? 'restored' : absentState(winner);
  if (loser.deleted !== true && sameJson(current.data, loser.data)) return 'restored';
  return isWinner(current, conflict) ? 'lost' : 'rewritten';
}

function isWinner({ version }: Item, { winner }: Conflict): boolean {
  return winner !== undefined && versionText(version) === versionText(winner.version);
}

/** An item that is not there: that is what won, if a deletion won or it had expired; else it went later. */
function absentState(winner: Conflict['winner']): ConflictState {
  return winner === undefined || winner.deleted === true ? 'lost' : 'rewritten';
}

/** Whether two values are the same as JSON: members in any order, a missing value only like a missing one. */
export function sameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => sameMember(name, { one, other }))
  );
}

function sameMember(name: string, { one, other }: { readonly one: object; readonly other: object }): boolean {
  const member = (value: object): JsonValue | undefined =>
    Object.hasOwn(value, name) ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
  return Object.hasOwn(other, name) && sameJson(member(one), member(other));
}
