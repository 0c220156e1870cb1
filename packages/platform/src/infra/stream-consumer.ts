import { Duration } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { lostBatchesQueueName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import type { GlobalTable } from './global-table.ts';

/** Records of one invocation, at most. */
const BATCH_SIZE = 100;

/**
 * What the function reports as failed is what may pass: a table that throttles or does not answer. Thirty
 * attempts, between which Lambda waits longer and longer, outlast that in most cases; a record that never
 * passes must not hold up those behind it until the stream forgets them.
 */
const RETRY_ATTEMPTS_MAX = 30;

/** A stream keeps 24 h: what is given up after 18 h can still be read there for six, by its position. */
const RECORD_AGE_MAX = Duration.hours(18);

/** The longest that SQS keeps a message. */
const LOST_BATCHES_KEPT = Duration.days(14);

/** What a {@link StreamConsumer} is made of. */
export interface StreamConsumerProps {
  readonly context: Pick<BackendContext, 'project' | 'stage' | 'region' | 'regions'>;
  readonly table: GlobalTable;
  /** Stream of this Region's replica. Where there is none, nothing is made. */
  readonly streamArn: string | undefined;
  /** Takes batches of stream records, and answers which of them failed. */
  readonly consumer: IFunction;
}

/**
 * Hands the function those records of this Region's stream in which a write may have been lost, and keeps
 * the position of batches that it could not take.
 *
 * Order is kept for each partition key: one batch at a time for each shard.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export class StreamConsumer extends Construct {
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { context, table, streamArn, consumer } = props;
    if (streamArn === undefined) return;
    const lostBatches = new Queue(this, 'LostBatches', {
      queueName: lostBatchesQueueName(context.project, context.stage),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: LOST_BATCHES_KEPT,
    });
    consumer.addToRolePolicy(streamAccess(table));
    consumer.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['sqs:SendMessage'],
        resources: [lostBatches.queueArn],
      }),
    );
    new EventSourceMapping(this, 'Mapping', {
      target: consumer,
      eventSourceArn: streamArn,
      // What was written before the mapping was there is as good as what comes after it.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH_SIZE,
      parallelizationFactor: 1,
      reportBatchItemFailures: true,
      // For failures that tell nothing, a timeout or a crash: halving finds the record that causes them.
      bisectBatchOnError: true,
      retryAttempts: RETRY_ATTEMPTS_MAX,
      maxRecordAge: RECORD_AGE_MAX,
      onFailure: { bind: () => ({ destination: lostBatches.queueArn }) },
      filters: lostWriteFilters(context).map((filter) => FilterCriteria.filter(filter)),
    });
  }
}

/**
 * Records in which a write of this Region may have been lost; everything else, most of all this Region's own
 * writes on top of its own, does not cost an invocation. `region` is the last writer of an image. Each
 * Region looks after what it wrote itself, so that one entry has one author; what a Region wrote that is no
 * longer in the topology is looked after by all that are.
 *
 *     replaced   an image of ours ── by ──> an image that another Region wrote
 *     removed    an image of ours ── by ──> the expiry that another Region's replica carried out: only the
 *                                           replica that deletes says so, in `userIdentity`
 *
 * What lacks `region`, as the conflict log's own entries do, matches neither.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ttl-expired-items.html
 */
function lostWriteFilters({ region, regions }: Pick<BackendContext, 'region' | 'regions'>) {
  const peers = regions.filter((peer) => peer !== region);
  const oursOrRetired = peers.length > 0 ? { 'anything-but': peers } : { exists: true };
  const OldImage = { region: { S: [oursOrRetired] } };
  const NewImage = { region: { S: [{ 'anything-but': [region] }] } };
  return [
    { eventName: ['MODIFY'], dynamodb: { OldImage, NewImage } },
    { eventName: ['REMOVE'], userIdentity: { type: [{ exists: false }] }, dynamodb: { OldImage } },
  ];
}

/**
 * What Lambda does in the function's name to read a stream. Whichever the replica has: the one that is looked
 * up is known so late that the role, and with it the function, would have to wait for it.
 */
function streamAccess(table: GlobalTable): PolicyStatement {
  return new PolicyStatement({
    effect: Effect.ALLOW,
    actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
      (action) => `dynamodb:${action}`,
    ),
    resources: [`${table.replicaArn}/stream/*`],
  });
}
