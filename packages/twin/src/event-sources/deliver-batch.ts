import type { InvocationResult } from '../lambda/invocation-result.ts';
import type { EventSourceMappingDefinition } from './event-source-mapping.ts';
import type { FailureCondition, LastInvocation } from './failure-message.ts';
import type { LambdaRecord } from './lambda-record.ts';

/** Records that were given up, and what happened to them. */
export interface Discarded {
  readonly records: readonly LambdaRecord[];
  readonly condition: FailureCondition;
  readonly invocations: number;
  readonly lastInvocation: LastInvocation | undefined;
}

/** What delivering needs. */
export interface DeliveryContext {
  readonly mapping: EventSourceMappingDefinition;
  readonly invoke: (event: { readonly Records: readonly LambdaRecord[] }) => Promise<InvocationResult>;
  readonly clock: () => number;
  /** Waits before an attempt after the given number of failed ones. @throws when delivering is to end */
  readonly backOff: (failures: number) => Promise<void>;
  /** Aborted when delivering is to end: what fails from then on is not judged any more. */
  readonly signal: AbortSignal;
  /** The first `count` records that are not settled were processed. */
  readonly onDelivered: (count: number) => void;
  /** The same for records that were given up. */
  readonly onDiscarded: (discarded: Discarded) => void;
  readonly onFailure: (reason: string) => void;
}

/** A part of a batch that is delivered as one. */
interface Piece {
  readonly records: readonly LambdaRecord[];
  /** Attempts that count against the mapping's retries. */
  readonly attempts: number;
  readonly failures: number;
  readonly invocations: number;
  readonly lastInvocation: LastInvocation | undefined;
}

/** What came of one invocation: how many records are done, and why the others are not. */
interface Attempt {
  readonly done: number;
  readonly reason?: string;
  /** False where the function was not reached: that never counts against the retries. */
  readonly reached: boolean;
  readonly lastInvocation: LastInvocation;
}

/**
 * Delivers a batch in order until every record was processed or given up.
 *
 * A failed piece is retried, halved where the mapping says so, and given up when its retries are exhausted or its
 * records too old. To halve costs no retry, and neither does a throttle: there the records' age alone decides.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 *
 * @throws the signal's reason, or what `backOff` throws, when delivering is to end; what is not settled then is to be
 *   delivered again
 */
export async function deliverBatch(
  records: readonly LambdaRecord[],
  context: DeliveryContext,
): Promise<void> {
  const pieces: Piece[] = [{ records, attempts: 0, failures: 0, invocations: 0, lastInvocation: undefined }];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    const fresh = withoutAged(piece, context);
    if (fresh.records.length === 0) continue;
    const attempt = await tryPiece(fresh, context);
    if (attempt.done > 0) context.onDelivered(attempt.done);
    if (attempt.done === fresh.records.length) continue;
    context.signal.throwIfAborted();
    context.onFailure(attempt.reason ?? 'its answer names failed records');
    const next = nextPieces(fresh, attempt, context.mapping);
    const [first] = next;
    if (first === undefined) giveUp(fresh, attempt, context);
    else await context.backOff(first.failures);
    pieces.unshift(...next);
  }
}

/** Gives up the first records of a piece that are older than the mapping takes. */
function withoutAged(piece: Piece, { mapping, clock, onDiscarded }: DeliveryContext): Piece {
  const oldestMs = clock() - maximumAgeSeconds(piece, mapping) * 1_000;
  const kept = piece.records.findIndex(
    ({ dynamodb }) => dynamodb.ApproximateCreationDateTime * 1_000 >= oldestMs,
  );
  const count = kept === -1 ? piece.records.length : kept;
  if (count === 0) return piece;
  const { invocations, lastInvocation } = piece;
  const records = piece.records.slice(0, count);
  onDiscarded({ records, condition: 'RecordAgeExceeded', invocations, lastInvocation });
  return { ...piece, records: piece.records.slice(count) };
}

/** A stream keeps a record for a day, so that nothing is retried for longer. */
const RETENTION_SECONDS = 24 * 60 * 60;

function maximumAgeSeconds(
  { failures }: Piece,
  { maximumRecordAgeSeconds }: EventSourceMappingDefinition,
): number {
  const givenSeconds = maximumRecordAgeSeconds === -1 ? Number.POSITIVE_INFINITY : maximumRecordAgeSeconds;
  // What nobody has tried yet is delivered however old it is: a twin may have been switched off over night.
  return failures === 0 ? givenSeconds : Math.min(givenSeconds, RETENTION_SECONDS);
}

async function tryPiece({ records }: Piece, { mapping, invoke }: DeliveryContext): Promise<Attempt> {
  const result = await invoke({ Records: records });
  const { requestId } = result;
  switch (result.outcome) {
    case 'success': {
      const done = mapping.reportBatchItemFailures ? recordsDone(result.payload, records) : records.length;
      return { done, reached: true, lastInvocation: { requestId, functionError: false } };
    }
    case 'function-error': {
      const { errorType, errorMessage } = result.error;
      const lastInvocation = { requestId, functionError: true };
      return { done: 0, reached: true, reason: `${errorType}: ${errorMessage}`, lastInvocation };
    }
    case 'rejected': {
      // An event that is too large never becomes smaller by itself: it counts as a failure, and is halved.
      const reached = result.code === 'RequestTooLargeException';
      const lastInvocation = { requestId, functionError: true };
      return { done: 0, reached, reason: `${result.code}: ${result.message}`, lastInvocation };
    }
  }
}

/** What to try after a failure; nothing when the retries are exhausted. */
function nextPieces(
  piece: Piece,
  { done, reached, lastInvocation }: Attempt,
  { bisectBatchOnFunctionError: bisect, maximumRetryAttempts }: EventSourceMappingDefinition,
): readonly Piece[] {
  const rest = piece.records.slice(done);
  const failures = done > 0 ? 1 : piece.failures + 1;
  if (!reached) return [{ ...piece, records: rest, failures }];
  const invoked = { failures, invocations: piece.invocations + 1, lastInvocation };
  if (bisect && done > 0) return [{ ...invoked, records: rest, attempts: piece.attempts }];
  if (bisect && rest.length > 1) {
    const middle = Math.ceil(rest.length / 2);
    const { attempts } = piece;
    return [
      { ...invoked, records: rest.slice(0, middle), attempts },
      { ...invoked, records: rest.slice(middle), attempts },
    ];
  }
  const attempts = piece.attempts + 1;
  const exhausted = maximumRetryAttempts !== -1 && attempts > maximumRetryAttempts;
  return exhausted ? [] : [{ ...invoked, records: rest, attempts }];
}

function giveUp(piece: Piece, { done, lastInvocation }: Attempt, { onDiscarded }: DeliveryContext): void {
  onDiscarded({
    records: piece.records.slice(done),
    condition: 'RetryAttemptsExhausted',
    invocations: piece.invocations + 1,
    lastInvocation,
  });
}

/**
 * What a function with `ReportBatchItemFailures` says about a batch: how many of its records, from the first on, are
 * done. Lambda goes on from the failed record with the lowest sequence number. No answer, an empty one, and an empty
 * or null list are a success; anything that names no record of the batch fails the whole of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 *
 * @param payload the function's answer as JSON text
 */
export function recordsDone(payload: string, records: readonly LambdaRecord[]): number {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === '') return records.length;
  if (typeof answer !== 'object') return 0;
  const failures: unknown = Reflect.get(answer, 'batchItemFailures');
  if (failures === undefined || failures === null) return records.length;
  if (!Array.isArray(failures)) return 0;
  const places = new Map(records.map(({ dynamodb }, index) => [dynamodb.SequenceNumber, index]));
  let done = records.length;
  for (const failure of failures) {
    const identifier: unknown =
      typeof failure === 'object' && failure !== null ? Reflect.get(failure, 'itemIdentifier') : undefined;
    const place = typeof identifier === 'string' ? places.get(identifier) : undefined;
    if (place === undefined) return 0;
    done = Math.min(done, place);
  }
  return done;
}
