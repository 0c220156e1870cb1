import type { Change, ChangeOutcome } from '../../domain/change-consumer.ts';
import type { Clock } from '../../domain/clock.ts';
import { describeError, type LogSink } from '../../http/request-log-line.ts';
import type { StreamReading, StreamRecord } from '../../store/stream-change.ts';
import { metricNames } from '../../topology/metric-names.ts';
import { embeddedMetrics } from '../metrics.ts';

/** Where a line comes from. */
export interface BatchLogOptions {
  /** Takes the lines. */
  readonly write: LogSink;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly region: string;
  readonly project: string;
  readonly stage: string;
}

/** What one batch came to. */
export interface BatchCounts {
  readonly conflictsDetected: number;
  readonly incrementsTakenBack: number;
}

/** What the consumer of a stream tells its operator. */
export interface BatchLog {
  /** A lost write was merged or entered into the log, or an increment was taken back: its ids, never its data. */
  outcome(change: Change, outcome: Exclude<ChangeOutcome, 'nothing'>): void;
  /** A record could not be read as it should. */
  issue(record: StreamRecord, issue: NonNullable<StreamReading['issue']>): void;
  /** A record has to come again. */
  failure(record: StreamRecord, error: unknown): void;
  /** Metrics of a batch; a batch in which nothing was found writes none. */
  counts(counts: BatchCounts): void;
}

const damagedRemedy =
  'Take the item out of "oldImage", and write it anew with PUT if it is still wanted. Then find out who changes ' +
  'records of this table by other means than this API.';
const overwrittenRemedy =
  'The write is in the conflict log, without a winner. Keep records of other programs in a table of their own.';

/** Makes the log of the consumer of a stream: lines of JSON, one an event. */
export function createBatchLog({ write, clock, region, project, stage }: BatchLogOptions): BatchLog {
  const line = (level: 'INFO' | 'WARN' | 'ERROR', message: string, rest: object) =>
    write(
      JSON.stringify({ timestamp: new Date(clock.nowMs()).toISOString(), level, message, region, ...rest }),
    );
  return {
    outcome: (change, outcome) => line('INFO', outcome, idsOf(change)),
    issue: (record, issue) => {
      const ids = idsOfRecord(record);
      if (issue === 'overwritten') {
        const message = `Cannot follow the item: another program has overwritten it. ${overwrittenRemedy}`;
        return line('WARN', message, ids);
      }
      // Whole, against the rule that no line holds data: nothing else will keep it.
      const { OldImage: oldImage, NewImage: newImage } = record.dynamodb ?? {};
      const message = `Cannot tell whether a write was lost: its record is damaged. ${damagedRemedy}`;
      return line('ERROR', message, { ...ids, oldImage, newImage });
    },
    failure: (record, error) => {
      const message = 'Cannot follow the item: the record is read again from the stream';
      line('WARN', message, { ...idsOfRecord(record), error: describeError(error) });
    },
    counts: ({ conflictsDetected, incrementsTakenBack }) => {
      if (conflictsDetected === 0 && incrementsTakenBack === 0) return;
      line('INFO', 'metrics', {
        ...embeddedMetrics({
          project,
          stage,
          timestampMs: clock.nowMs(),
          counts: {
            [metricNames.conflictsDetected]: conflictsDetected,
            IncrementsTakenBack: incrementsTakenBack,
          },
        }),
      });
    },
  };
}

function idsOf(change: Change): object {
  if (change.kind === 'increment') {
    const { id, key, by, region: countedIn } = change.before;
    return { counter: id, key, by, countedIn, keptIn: change.after?.region };
  }
  const { pk, sk, dot, region: writtenIn, updatedAt, version } = change.before;
  const winner = change.after && { writtenIn: change.after.region, version: change.after.version };
  return { pk, sk, dot, writtenIn, updatedAt, version, winner };
}

function idsOfRecord({ eventID, eventName, dynamodb = {} }: StreamRecord): object {
  return { eventID, eventName, keys: dynamodb.Keys, sequenceNumber: dynamodb.SequenceNumber };
}
