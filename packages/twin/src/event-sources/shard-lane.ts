import { createHash } from 'node:crypto';
import type { LambdaRecord } from './lambda-record.ts';
import { WakeUp } from './wake-up.ts';

/** A record that waits to be delivered. */
export interface QueuedRecord {
  readonly record: LambdaRecord;
  /** Its place in the change log. */
  readonly sequence: number;
  /** Of its JSON in an event. */
  readonly bytes: number;
  readonly queuedAtMs: number;
}

/** When a batch is complete. */
export interface BatchLimits {
  readonly batchSize: number;
  readonly windowMs: number;
  readonly signal: AbortSignal;
  readonly clock: () => number;
}

/** Lambda's largest synchronous payload, less what surrounds the records of an event. */
const BATCH_BYTES_MAX = 6_291_456 - 64;

/**
 * One of the parallel lanes of a shard: records that are delivered in their order, a batch at a time. All records of
 * one item go through one lane.
 */
export class ShardLane {
  readonly #arrival = new WakeUp();
  #queue: QueuedRecord[] = [];
  #bytes = 0;

  /** Records that are not settled, those under way included. */
  get length(): number {
    return this.#queue.length;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest record that is not settled. */
  get first(): QueuedRecord | undefined {
    return this.#queue[0];
  }

  push(record: QueuedRecord): void {
    this.#queue.push(record);
    this.#bytes += record.bytes;
    this.#arrival.wake();
  }

  /**
   * Waits for the next batch: full in number or bytes, or as old as the window. Its records stay in the lane until
   * they are settled. Empty once the signal is aborted.
   */
  async nextBatch({ batchSize, windowMs, signal, clock }: BatchLimits): Promise<readonly QueuedRecord[]> {
    while (!signal.aborted) {
      const { first } = this;
      const count = this.#countWithin(batchSize);
      const full = count === batchSize || count < this.#queue.length;
      const waitMs = first === undefined ? undefined : first.queuedAtMs + windowMs - clock();
      if (first !== undefined && (full || waitMs === undefined || waitMs <= 0))
        return this.#queue.slice(0, count);
      await this.#arrival.wait({ ...(waitMs !== undefined && { timeoutMs: waitMs }), signal });
    }
    return [];
  }

  /** Takes the first records out: they were delivered, or given up. */
  settle(count: number): void {
    for (const { bytes } of this.#queue.splice(0, count)) this.#bytes -= bytes;
  }

  #countWithin(batchSize: number): number {
    let bytes = 0;
    let count = 0;
    for (const record of this.#queue) {
      bytes += record.bytes;
      if (count === batchSize || (count > 0 && bytes > BATCH_BYTES_MAX)) break;
      count += 1;
    }
    return count;
  }
}

/**
 * The lane of a record: the same for all records of one item, so that they stay in order, and spread over the lanes
 * for different ones. There must be a lane.
 */
export function laneOf<Lane>({ dynamodb: { Keys } }: LambdaRecord, lanes: readonly Lane[]): Lane {
  const place = lanes.length === 1 ? 0 : hashOf(Keys) % lanes.length;
  const lane = lanes[place];
  if (lane === undefined) throw new RangeError('Cannot choose a lane: there is none, one at least is needed');
  return lane;
}

function hashOf(keys: LambdaRecord['dynamodb']['Keys']): number {
  const text = JSON.stringify(Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha1').update(text).digest().readUInt32BE(0);
}
