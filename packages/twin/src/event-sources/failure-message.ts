import type { EventSourceMappingDefinition } from './event-source-mapping.ts';
import type { LambdaRecord } from './lambda-record.ts';

/** Why a batch was given up. */
export type FailureCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** The last invocation with the records of a batch. */
export interface LastInvocation {
  readonly requestId: string;
  /** False where the function answered, but named failed records. */
  readonly functionError: boolean;
}

/** What is told of a batch that was given up. */
export interface FailureMessageOptions {
  readonly mapping: EventSourceMappingDefinition;
  readonly shardId: string;
  readonly condition: FailureCondition;
  /** How often the function was invoked with them. */
  readonly invocations: number;
  /** Absent where the function was never invoked with them. */
  readonly lastInvocation: LastInvocation | undefined;
  readonly requestId: string;
  readonly timeMs: number;
}

/**
 * The message that Lambda sends to the on-failure destination of a DynamoDB mapping, as text. It says where the
 * records are in the stream, and does not hold them.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export function failureMessage(records: readonly LambdaRecord[], options: FailureMessageOptions): string {
  const { mapping, shardId, condition, invocations, lastInvocation, requestId, timeMs } = options;
  const [first, last] = [records[0], records.at(-1)];
  return JSON.stringify({
    requestContext: {
      requestId: lastInvocation?.requestId ?? requestId,
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: invocations,
    },
    ...(lastInvocation && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: lastInvocation.functionError ? 'Unhandled' : null,
      },
    }),
    version: '1.0',
    timestamp: new Date(timeMs).toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrivalOf(first),
      approximateArrivalOfLastRecord: arrivalOf(last),
      batchSize: records.length,
      streamArn: mapping.eventSourceArn,
    },
  });
}

function arrivalOf(record: LambdaRecord | undefined): string | undefined {
  if (record === undefined) return undefined;
  return new Date(record.dynamodb.ApproximateCreationDateTime * 1_000).toISOString().replace('.000Z', 'Z');
}
