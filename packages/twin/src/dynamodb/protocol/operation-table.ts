import type { JsonObject } from '../engine/engine-client.ts';
import { batchWriteItem } from '../operations/batch-write-item.ts';
import { deleteItem } from '../operations/delete-item.ts';
import {
  describeContinuousBackups,
  describeLimits,
  describeTable,
  describeTimeToLive,
  listTables,
} from '../operations/describe-operations.ts';
import type { Operation } from '../operations/operation.ts';
import { putItem } from '../operations/put-item.ts';
import { batchGetItem, getItem, query, scan, transactGetItems } from '../operations/read-operations.ts';
import { transactWriteItems } from '../operations/transact-write-items.ts';
import { updateItem } from '../operations/update-item.ts';
import {
  describeStream,
  getRecords,
  getShardIterator,
  listStreams,
  type StreamContext,
} from '../streams/stream-operations.ts';
import type { WriteContext } from '../write/write-context.ts';
import { ServiceError, validationError } from './service-error.ts';

const TABLE_OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  DeleteItem: deleteItem,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeLimits: describeLimits,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  GetItem: getItem,
  ListTables: listTables,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
};

const STREAM_OPERATIONS: Readonly<Record<string, Operation<StreamContext>>> = {
  DescribeStream: describeStream,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListStreams: listStreams,
};

/** Operations that change what the template declares. */
const TEMPLATE_OPERATIONS = new Set([
  'CreateTable',
  'DeleteTable',
  'UpdateTable',
  'UpdateTimeToLive',
  'UpdateContinuousBackups',
  'UpdateTableReplicaAutoScaling',
  'CreateGlobalTable',
  'UpdateGlobalTable',
  'CreateBackup',
  'DeleteBackup',
  'RestoreTableFromBackup',
  'RestoreTableToPointInTime',
  'TagResource',
  'UntagResource',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
]);

const PARTIQL_OPERATIONS = new Set(['ExecuteStatement', 'ExecuteTransaction', 'BatchExecuteStatement']);

const TARGET = /^DynamoDB(Streams)?_20120810\.(\w+)$/;

/**
 * Carries out the operation that a request's `X-Amz-Target` names.
 *
 * @throws {ServiceError} `UnknownOperationException`; `ValidationException` for what the twin leaves to the
 * deployed template or does not emulate; and whatever the operation throws
 */
export function carryOut(
  target: string,
  contexts: { readonly tables: WriteContext; readonly streams: StreamContext },
  request: JsonObject,
): Promise<JsonObject> {
  const [, streams, name = ''] = TARGET.exec(target) ?? [];
  if (streams !== undefined && Object.hasOwn(STREAM_OPERATIONS, name)) {
    const operation = STREAM_OPERATIONS[name];
    if (operation !== undefined) return operation(contexts.streams, request);
  }
  if (streams === undefined && Object.hasOwn(TABLE_OPERATIONS, name)) {
    const operation = TABLE_OPERATIONS[name];
    if (operation !== undefined) return operation(contexts.tables, request);
  }
  if (streams === undefined && TEMPLATE_OPERATIONS.has(name))
    throw validationError(
      `${name} is not available here: the tables come from the deployed template. Change amplify/ and the twin takes it over.`,
    );
  if (streams === undefined && PARTIQL_OPERATIONS.has(name))
    throw validationError(`${name} is not available here: PartiQL is not emulated. Use the item operations.`);
  throw new ServiceError('UnknownOperationException', `The operation ${name || target} is not known`);
}
