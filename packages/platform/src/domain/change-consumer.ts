import { type ConflictLog, conflictOf, type LostWriteId } from './conflict-log.ts';
import type { ConflictMerger } from './conflict-merger.ts';
import { type CounterStore, type IncrementRecord, isCountedTwice } from './counter.ts';
import type { Sha256 } from './digest.ts';
import type { StoreCallOptions } from './item-store.ts';
import { type ImageChange, isQuiet, lostWrite } from './lost-write.ts';
import { itemDigest } from './session.ts';

/** What the stream of a region's replica tells: a change of an item, or of a keyed increment's record. */
export type Change =
  | ({ readonly kind: 'item' } & ImageChange)
  | { readonly kind: 'increment'; readonly before: IncrementRecord; readonly after?: IncrementRecord };

/** What following a region's changes needs. */
export interface ChangeConsumerOptions {
  readonly conflicts: Pick<ConflictLog, 'record'>;
  readonly counters: Pick<CounterStore, 'takeBack'>;
  readonly sha256: Sha256;
  readonly region: string;
  readonly regions: readonly string[];
  /** How long an entry stays in the conflict log. */
  readonly conflictTtlSeconds: number;
  /** Resolves what it can. @default - lost writes are only logged */
  readonly merge?: ConflictMerger;
}

/** What came of a change: an entry of the log, a merge of a lost write, an increment taken back, or nothing. */
export type ChangeOutcome = 'conflict' | 'merged' | 'taken-back' | 'nothing';

/** Follows up on one change. */
export type ChangeConsumer = (change: Change, options?: StoreCallOptions) => Promise<ChangeOutcome>;

/**
 * Makes what a region does about the changes in its replica: it merges lost writes or enters them into the conflict log, and
 * takes back increments that were counted twice. A change may come again, in any number; only the first time counts.
 *
 * A merged write has an entry too, which is not listed: sessions and repetitions that ask for the write find it.
 */
export function createChangeConsumer(options: ChangeConsumerOptions): ChangeConsumer {
  const { conflicts, counters, sha256, region, conflictTtlSeconds, merge } = options;
  return async (change, call) => {
    if (change.kind === 'increment') {
      if (!isCountedTwice(change.before, change.after, region)) return 'nothing';
      return (await counters.takeBack(change.before, call)) ? 'taken-back' : 'nothing';
    }
    const lost = lostWrite(change, options);
    if (lost === undefined) return 'nothing';
    const seen = { atMs: seenAtMs(change), region, ttlSeconds: conflictTtlSeconds };
    const found = conflictId(change, sha256);
    const isMerged = !found.isQuiet && (await merge?.(lost, call)) === true;
    const id = isMerged ? { ...found, isQuiet: true } : found;
    const isNew = await conflicts.record(id, conflictOf(lost, change.after, seen), call);
    if (!isNew || found.isQuiet) return 'nothing';
    return isMerged ? 'merged' : 'conflict';
  };
}

// The stream tells whole seconds: the loss was not seen before the winner was written.
function seenAtMs({ atMs, after }: ImageChange): number {
  return after === undefined ? atMs : Math.max(atMs, Date.parse(after.updatedAt));
}

/** The id of the entry of the write that a change has lost. */
export function conflictId(change: ImageChange, sha256: Sha256): LostWriteId {
  const { before: lost } = change;
  return {
    pk: lost.pk,
    item: itemDigest(lost, sha256),
    dot: lost.dot,
    updatedAtMs: Date.parse(lost.updatedAt),
    history: lost.history,
    isQuiet: isQuiet(change),
  };
}
