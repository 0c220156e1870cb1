import type { FilterPattern } from './filter-pattern.ts';

/** A mapping from a DynamoDB stream to a function, as its template describes it. JSON-serialisable. */
export interface EventSourceMappingDefinition {
  /** The mapping's UUID. */
  readonly id: string;
  readonly logicalId: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** The ARN of a stream; may hold a deferred value until the region runs. */
  readonly eventSourceArn: string;
  readonly enabled: boolean;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Records of one invocation at most. */
  readonly batchSize: number;
  /** How long a batch that is not full waits for more records, in milliseconds; 0 does not wait. */
  readonly batchingWindowMs: number;
  /** Batches that are under way at once; records of one item stay in order. */
  readonly parallelizationFactor: number;
  /** A record is delivered when one of them matches, or when there is none. */
  readonly filters: readonly FilterPattern[];
  readonly bisectBatchOnFunctionError: boolean;
  /** -1 retries as long as the record is in the stream. */
  readonly maximumRetryAttempts: number;
  /** -1 takes records of any age. */
  readonly maximumRecordAgeSeconds: number;
  readonly reportBatchItemFailures: boolean;
  /** The queue that is told of discarded batches. */
  readonly onFailureQueueName?: string;
}
