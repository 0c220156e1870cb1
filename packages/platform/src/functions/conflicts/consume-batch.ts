import type { ChangeConsumer } from '../../domain/change-consumer.ts';
import type { Clock } from '../../domain/clock.ts';
import type { StoreCallOptions } from '../../domain/item-store.ts';
import { readStreamRecord, type StreamRecord } from '../../store/stream-change.ts';
import type { BatchLog } from './batch-log.ts';

/** Batch of stream records, as Lambda hands it over. */
export interface StreamEvent {
  readonly Records?: readonly StreamRecord[];
}

/** What is read of Lambda's context object. */
export interface StreamContext {
  readonly getRemainingTimeInMillis?: () => number;
}

/** Answer to a batch: the record from which it has to be given again, if there is one. */
export interface BatchResponse {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** What consuming batches needs. */
export interface BatchConsumerOptions {
  readonly consume: ChangeConsumer;
  readonly log: BatchLog;
  readonly clock: Clock;
  /**
   * Items that are followed up side by side.
   * @default 8
   */
  readonly parallelMax?: number;
}

/** Consumes one batch. */
export type BatchConsumer = (event: StreamEvent, context?: StreamContext) => Promise<BatchResponse>;

/** Time kept for reporting what is left over when the function's own time runs out. */
const answerMs = 5_000;

/** Longest time for one batch when the context does not say how much is left. */
const deadlineMs = 50_000;

/**
 * Makes the handler of a stream's batches: one item's records one after the other, items side by side.
 *
 * Of the records that Lambda is told to have failed, the one with the lowest sequence number counts: it and all behind
 * it are given again, what is before it is done with. So after a failure nothing behind it is begun any more, while
 * everything before it still has to be finished:
 *
 *     batch        1:a  2:b  3:a  4:c  5:b
 *     2 fails      1 and 3, of which 1 must be finished; 5 is left, 4 may be done: both come again, with 2
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 *
 * A record that cannot be read is not reported as failed: it would hold up the shard, for hours, and be as unreadable
 * at the end. What another program wrote is none of ours. An image of this API that is damaged goes into the log
 * whole, as the only place left that can keep it, together with what to do.
 */
export function createBatchConsumer(options: BatchConsumerOptions): BatchConsumer {
  const { consume, log, clock, parallelMax = 8 } = options;

  /** Follows up one record; throws when it has to come again. */
  const follow = async (record: StreamRecord, call: StoreCallOptions) => {
    const { change, issue } = readStreamRecord(record);
    if (issue !== undefined) log.issue(record, issue);
    if (change === undefined) return 'nothing';
    const outcome = await consume(change, call);
    if (outcome !== 'nothing') log.outcome(change, outcome);
    return outcome;
  };

  return async ({ Records: records = [] }, context = {}) => {
    const deadline = new AbortController();
    const remainingMs = context.getRemainingTimeInMillis?.() ?? deadlineMs + answerMs;
    const stopTimer = clock.setTimer(Math.max(0, remainingMs - answerMs), () => deadline.abort());
    const counts = { conflict: 0, merged: 0, 'taken-back': 0, nothing: 0 };
    let firstFailed = records.length;

    const followGroup = async (group: readonly number[]) => {
      for (const index of group) {
        const record = records[index];
        if (record === undefined || index > firstFailed) return;
        try {
          counts[await follow(record, { signal: deadline.signal })]++;
        } catch (error) {
          firstFailed = Math.min(firstFailed, index);
          log.failure(record, error);
          return;
        }
      }
    };

    await inParallel(groupByItem(records), parallelMax, followGroup);
    stopTimer();
    log.counts({
      conflictsDetected: counts.conflict,
      incrementsTakenBack: counts['taken-back'],
    });
    const failed = records[firstFailed];
    // Without a sequence number the whole batch is given again, which is right as well.
    const itemIdentifier = failed?.dynamodb?.SequenceNumber ?? '';
    return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier }] };
  };
}

/** Gives the places of each item's records in the batch, in order; the items by their first record. */
function groupByItem(records: readonly StreamRecord[]): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const [index, { dynamodb }] of records.entries()) {
    const item = JSON.stringify(dynamodb?.Keys ?? null);
    groups.set(item, [...(groups.get(item) ?? []), index]);
  }
  return [...groups.values()];
}

async function inParallel<T>(values: readonly T[], parallelMax: number, act: (value: T) => Promise<void>) {
  const queue = values.values();
  const work = async () => {
    for (const value of queue) await act(value);
  };
  await Promise.all(Array.from({ length: Math.min(parallelMax, values.length) }, work));
}
