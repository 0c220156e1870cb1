import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventSourceMappingReport } from '../control/twin-region.ts';
import type { ChangeReader, StreamDescription } from '../dynamodb/streams/change-reader.ts';
import { fromSequenceNumber } from '../dynamodb/streams/stream-record.ts';
import type { InvocationResult } from '../lambda/invocation-result.ts';
import type { QueueFiles } from '../sqs/queue-files.ts';
import { CheckpointFile } from './checkpoint-file.ts';
import { type DeliveryContext, type Discarded, deliverBatch } from './deliver-batch.ts';
import type { EventSourceMappingDefinition } from './event-source-mapping.ts';
import { failureMessage } from './failure-message.ts';
import { toLambdaRecord } from './lambda-record.ts';
import { compileFilters, type RecordFilter } from './record-filter.ts';
import { laneOf, type QueuedRecord, ShardLane } from './shard-lane.ts';
import { WakeUp } from './wake-up.ts';

/** What a poller works with. */
export interface StreamPollerOptions {
  readonly reader: ChangeReader;
  readonly queues: QueueFiles;
  readonly checkpointDir: string;
  readonly invoke: (functionName: string, event: unknown) => Promise<InvocationResult>;
  readonly say: (message: string) => void;
  readonly clock: () => number;
  /** How long the first retry waits, in milliseconds; each further one twice as long. @default 100 */
  readonly backOffMs?: number;
}

/** Lambda polls a shard 4 times a second. This is often enough that nobody waits, and seldom enough to cost nothing. */
const POLL_INTERVAL_MS = 25;
const IDLE_WAIT_MS = 1_000;
const PAGE_RECORDS = 100;
const QUEUED_BYTES_MAX = 16 * 1024 * 1024;
const BACK_OFF_MS_MAX = 10_000;
const RECOVERY_MS = 1_000;
/** Progress without a delivery is written down this often: to lose it costs only reading. */
const IDLE_SAVE_INTERVAL_MS = 1_000;
const CLOSE_GRACE_MS = 3_000;

/**
 * Runs one mapping: reads the stream, filters, and delivers batches in lanes. A batch is delivered at least once: the
 * checkpoint moves after it was dealt with.
 *
 *     stream   1 2 3 4 5 6 7 8      position = 8: read so far
 *     lane A   1   3       7        A delivers 1 3, settled up to 7
 *     lane B     2   4 5            B is at 2 still: the checkpoint is 1, whatever A has done
 */
export class StreamPoller {
  readonly definition: EventSourceMappingDefinition;
  readonly #options: StreamPollerOptions;
  readonly #stream: StreamDescription;
  readonly #filter: RecordFilter;
  readonly #checkpoint: CheckpointFile;
  readonly #lanes: readonly ShardLane[];
  readonly #ending = new AbortController();
  readonly #room = new WakeUp();
  readonly #running: Promise<unknown>;
  #position: number;
  #savedAtMs = 0;
  #delivered = 0;
  #failed = 0;
  /** Why the latest attempt of a lane, or of reading, failed. */
  readonly #errors = new Map<ShardLane | 'stream', string>();

  constructor(
    definition: EventSourceMappingDefinition,
    stream: StreamDescription,
    options: StreamPollerOptions,
  ) {
    this.definition = definition;
    this.#stream = stream;
    this.#options = options;
    this.#filter = compileFilters(definition.filters);
    this.#checkpoint = new CheckpointFile(options.checkpointDir, definition);
    this.#position = this.#startingPosition();
    this.#checkpoint.save(this.#position);
    this.#lanes = Array.from({ length: definition.parallelizationFactor }, () => new ShardLane());
    this.#running = Promise.all([this.#poll(), ...this.#lanes.map((lane) => this.#deliver(lane))]);
  }

  report(): Omit<EventSourceMappingReport, 'onFailureDepth'> {
    const { id, functionName, eventSourceArn, onFailureQueueName } = this.definition;
    const { reader } = this.#options;
    const settledUpTo = this.#settledUpTo();
    const oldestMs = reader.timeOfNext(settledUpTo);
    return {
      id,
      functionName,
      eventSourceArn,
      state: 'Enabled',
      iteratorAgeMs: oldestMs === undefined ? 0 : Math.max(0, this.#options.clock() - oldestMs),
      backlog: Math.max(0, reader.latest() - settledUpTo),
      delivered: this.#delivered,
      failed: this.#failed,
      onFailureQueue: onFailureQueueName ?? null,
      lastError: [...this.#errors.values()].at(-1) ?? null,
    };
  }

  /**
   * Ends the mapping. A batch under way may finish, within `graceMs`; one that does not is delivered again at the
   * next start.
   */
  async close({ graceMs = CLOSE_GRACE_MS }: { graceMs?: number } = {}): Promise<void> {
    this.#ending.abort();
    const grace = new AbortController();
    await Promise.race([
      this.#running,
      delay(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    this.#save();
  }

  /** A checkpoint that the stream does not reach any more, or not yet, cannot be gone on from. */
  #startingPosition(): number {
    const { reader, say } = this.#options;
    const { position } = this.#checkpoint;
    const { startingPosition, logicalId } = this.definition;
    if (position === undefined) return startingPosition === 'LATEST' ? reader.latest() : reader.trimHorizon();
    if (position >= reader.trimHorizon() && position <= reader.latest()) return position;
    say(
      `mapping ${logicalId}: its checkpoint ${position} is outside the stream, which holds ${reader.trimHorizon() + 1} to ${reader.latest()}; it goes on at the trim horizon`,
    );
    return reader.trimHorizon();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#ending;
    const { reader } = this.#options;
    while (!signal.aborted) {
      try {
        if (this.#isFull()) await this.#room.wait({ signal });
        else if (this.#readPage()) {
          this.#saveProgress();
          await reader.waitForChange(this.#position, { timeoutMs: IDLE_WAIT_MS, signal });
          await this.#pause(POLL_INTERVAL_MS);
        } else await this.#pause(0);
      } catch (error) {
        await this.#recover('stream', error);
      }
    }
  }

  /** Reads and filters one page; true at the end of the stream. */
  #readPage(): boolean {
    const { reader, clock, say } = this.#options;
    if (this.#position < reader.trimHorizon()) {
      say(
        `mapping ${this.definition.logicalId}: the stream was trimmed up to ${reader.trimHorizon()} before it was read further than ${this.#position}; it goes on at the trim horizon`,
      );
      this.#position = reader.trimHorizon();
    }
    const { records, next, atEnd } = reader.read(this.#stream.tableName, this.#position, {
      limit: PAGE_RECORDS,
      accept: (change) => this.#filter.mayMatch(change),
    });
    for (const streamRecord of records) {
      const record = toLambdaRecord(streamRecord, this.definition.eventSourceArn);
      if (!this.#filter.matches(record)) continue;
      const sequence = fromSequenceNumber(record.dynamodb.SequenceNumber) ?? next;
      const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
      laneOf(record, this.#lanes).push({ record, sequence, bytes, queuedAtMs: clock() });
    }
    this.#position = next;
    this.#errors.delete('stream');
    return atEnd;
  }

  #isFull(): boolean {
    const { batchSize, parallelizationFactor } = this.definition;
    let count = 0;
    let bytes = 0;
    for (const lane of this.#lanes) {
      count += lane.length;
      bytes += lane.bytes;
    }
    return count >= 2 * batchSize * parallelizationFactor || bytes >= QUEUED_BYTES_MAX;
  }

  async #deliver(lane: ShardLane): Promise<void> {
    const { batchSize, batchingWindowMs: windowMs } = this.definition;
    const { signal } = this.#ending;
    const { clock } = this.#options;
    while (!signal.aborted) {
      try {
        const batch = await lane.nextBatch({ batchSize, windowMs, signal, clock });
        if (batch.length > 0) await this.#deliverBatch(batch, lane);
      } catch (error) {
        await this.#recover(lane, error);
      }
    }
  }

  async #deliverBatch(batch: readonly QueuedRecord[], lane: ShardLane): Promise<void> {
    const { invoke, clock } = this.#options;
    const context: DeliveryContext = {
      mapping: this.definition,
      invoke: (event) => invoke(this.definition.functionName, event),
      clock,
      signal: this.#ending.signal,
      backOff: (failures) => this.#backOff(failures),
      onDelivered: (count) => {
        this.#delivered += count;
        this.#errors.delete(lane);
        this.#settle(lane, count);
      },
      onDiscarded: (discarded) => {
        this.#errors.delete(lane);
        this.#discard(discarded);
        this.#settle(lane, discarded.records.length);
      },
      onFailure: (reason) => this.#fail(lane, reason),
    };
    await deliverBatch(
      batch.map(({ record }) => record),
      context,
    );
  }

  /** The queue has the message before the checkpoint moves, so that a kill in between loses neither. */
  #discard(discarded: Discarded): void {
    const { queues, clock, say } = this.#options;
    const { logicalId, onFailureQueueName: queueName } = this.definition;
    const { records, condition } = discarded;
    const { shardId } = this.#stream;
    const options = {
      ...discarded,
      mapping: this.definition,
      shardId,
      requestId: randomUUID(),
      timeMs: clock(),
    };
    if (queueName !== undefined) queues.send(queueName, failureMessage(records, options));
    this.#failed += records.length;
    const where = queueName === undefined ? 'no queue is told' : `queue ${queueName} is told`;
    say(`mapping ${logicalId}: ${records.length} records given up (${condition}), ${where}`);
  }

  #settle(lane: ShardLane, count: number): void {
    lane.settle(count);
    this.#room.wake();
    this.#save();
  }

  #settledUpTo(): number {
    const first = this.#lanes.flatMap((lane) => (lane.first === undefined ? [] : [lane.first.sequence]));
    return first.length === 0 ? this.#position : Math.min(...first) - 1;
  }

  #save(): void {
    this.#checkpoint.save(this.#settledUpTo());
    this.#savedAtMs = this.#options.clock();
  }

  #saveProgress(): void {
    if (this.#options.clock() - this.#savedAtMs >= IDLE_SAVE_INTERVAL_MS) this.#save();
  }

  #fail(at: ShardLane | 'stream', reason: string): void {
    if (reason !== this.#errors.get(at)) this.#options.say(`mapping ${this.definition.logicalId}: ${reason}`);
    this.#errors.set(at, reason);
  }

  async #backOff(failures: number): Promise<void> {
    const { backOffMs = 100 } = this.#options;
    const waitMs = Math.min(BACK_OFF_MS_MAX, backOffMs * 2 ** Math.min(failures - 1, 20));
    await delay(waitMs, undefined, { signal: this.#ending.signal });
  }

  /** Nothing that fails here may end the mapping: it is said, and tried again. */
  async #recover(at: ShardLane | 'stream', error: unknown): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#fail(at, error instanceof Error ? error.message : String(error));
    await this.#pause(RECOVERY_MS);
  }

  async #pause(waitMs: number): Promise<void> {
    await delay(waitMs, undefined, { signal: this.#ending.signal }).catch(() => undefined);
  }
}
