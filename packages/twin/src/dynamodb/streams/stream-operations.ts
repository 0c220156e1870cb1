import type { JsonObject } from '../engine/engine-client.ts';
import { isObject } from '../item/attribute-value.ts';
import type { Operation } from '../operations/operation.ts';
import { ServiceError, validationError } from '../protocol/service-error.ts';
import { type ReplicaTable, type ReplicaTables, shardIdOf, streamArnOf } from '../write/replica-table.ts';
import type { ChangeReader, StreamPosition } from './change-reader.ts';
import { fromSequenceNumber, toSequenceNumber } from './stream-record.ts';

/** What the operations of DynamoDB Streams work with. */
export interface StreamContext {
  readonly tables: ReplicaTables;
  readonly reader: ChangeReader;
  readonly clock: () => number;
}

const ITERATOR_VALID_MS = 15 * 60 * 1_000;

/** ListStreams. */
export const listStreams: Operation<StreamContext> = async ({ tables }, { TableName: name }) => {
  const chosen = name === undefined ? tables.all() : [tables.require(name)];
  const streams = chosen.flatMap((table) => {
    const StreamArn = streamArnOf(table);
    return StreamArn === undefined
      ? []
      : [{ StreamArn, TableName: table.name, StreamLabel: table.streamLabel }];
  });
  return { Streams: streams };
};

/** DescribeStream. A stream has one shard, which stays open, so that it has no ending sequence number. */
export const describeStream: Operation<StreamContext> = async ({ tables, reader }, request) => {
  const table = requireStream(tables, request.StreamArn);
  const shard = {
    ShardId: shardIdOf(table),
    SequenceNumberRange: { StartingSequenceNumber: toSequenceNumber(reader.trimHorizon() + 1) },
  };
  return {
    StreamDescription: {
      StreamArn: streamArnOf(table),
      StreamLabel: table.streamLabel,
      StreamStatus: 'ENABLED',
      StreamViewType: table.definition.streamViewType,
      CreationRequestDateTime: table.meta.createdAtMs / 1_000,
      TableName: table.name,
      KeySchema: table.definition.keySchema,
      Shards: request.ExclusiveStartShardId === shard.ShardId ? [] : [shard],
    },
  };
};

/** GetShardIterator. */
export const getShardIterator: Operation<StreamContext> = async ({ tables, reader, clock }, request) => {
  const table = requireStream(tables, request.StreamArn);
  if (request.ShardId !== shardIdOf(table))
    throw new ServiceError('ResourceNotFoundException', 'Requested resource not found: Shard does not exist');
  const position = positionOf(reader, request);
  return { ShardIterator: toShardIterator({ tableName: table.name, position, issuedAtMs: clock() }) };
};

/** GetRecords. */
export const getRecords: Operation<StreamContext> = async ({ tables, reader, clock }, request) => {
  const { ShardIterator: text, Limit: limit } = request;
  const iterator = fromShardIterator(text);
  const table = iterator === undefined ? undefined : tables.find(iterator.tableName);
  if (iterator === undefined || table === undefined) throw validationError('Invalid ShardIterator');
  if (limit !== undefined && !(Number.isInteger(limit) && Number(limit) >= 1 && Number(limit) <= 1_000))
    throw validationError(
      `1 validation error detected: Value '${limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and 1000`,
    );
  if (clock() - iterator.issuedAtMs > ITERATOR_VALID_MS)
    throw new ServiceError('ExpiredIteratorException', 'The shard iterator has expired');
  if (iterator.position < reader.trimHorizon())
    throw new ServiceError(
      'TrimmedDataAccessException',
      'The requested records were trimmed from the stream',
    );
  const page = reader.read(
    table.name,
    iterator.position,
    limit === undefined ? {} : { limit: Number(limit) },
  );
  const next = { tableName: table.name, position: page.next, issuedAtMs: clock() };
  return { Records: page.records, NextShardIterator: toShardIterator(next) };
};

function requireStream(tables: ReplicaTables, streamArn: unknown): ReplicaTable {
  const table = tables
    .all()
    .find((candidate) => streamArnOf(candidate) === streamArn && streamArn !== undefined);
  if (table === undefined)
    throw new ServiceError(
      'ResourceNotFoundException',
      `Requested resource not found: Stream: ${streamArn} not found`,
    );
  return table;
}

function positionOf(reader: ChangeReader, request: JsonObject): StreamPosition {
  const { ShardIteratorType: type, SequenceNumber: sequenceNumber } = request;
  if (type === 'TRIM_HORIZON') return reader.trimHorizon();
  if (type === 'LATEST') return reader.latest();
  if (type !== 'AT_SEQUENCE_NUMBER' && type !== 'AFTER_SEQUENCE_NUMBER')
    throw validationError(
      `1 validation error detected: Value '${type}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]`,
    );
  const sequence = fromSequenceNumber(sequenceNumber);
  if (sequence === undefined) throw validationError(`Invalid SequenceNumber: ${sequenceNumber}`);
  const position = type === 'AT_SEQUENCE_NUMBER' ? sequence - 1 : sequence;
  if (position < reader.trimHorizon())
    throw new ServiceError(
      'TrimmedDataAccessException',
      'The requested sequence number was trimmed from the stream',
    );
  return position;
}

/** Where a reader is in a table's stream. Handed out as an opaque text, since a reader must not build its own. */
interface ShardIterator {
  readonly tableName: string;
  /** Everything up to and including this sequence was read. */
  readonly position: number;
  readonly issuedAtMs: number;
}

/** The iterator as a client holds it. */
function toShardIterator({ tableName, position, issuedAtMs }: ShardIterator): string {
  return Buffer.from(JSON.stringify([tableName, position, issuedAtMs])).toString('base64url');
}

/** Reads an iterator back; nothing when it is not one of `toShardIterator`. */
function fromShardIterator(text: unknown): ShardIterator | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (!Array.isArray(parsed) || isObject(parsed)) return undefined;
    const [tableName, position, issuedAtMs] = parsed;
    if (typeof tableName !== 'string' || !Number.isSafeInteger(position) || typeof issuedAtMs !== 'number')
      return undefined;
    return { tableName, position, issuedAtMs };
  } catch {
    return undefined;
  }
}
