// Goal: each increment counts once whatever becomes of the answers. Method: a client whose answers are set.
import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import type { IncrementRecord } from '../../src/domain/counter.ts';
import { systemClock } from '../../src/functions/runtime.ts';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { createTableCounterStore } from '../../src/store/table-counter-store.ts';
import { createTransact, type TransactOptions } from '../../src/store/transact.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const clock = systemClock;

function recordOf(id: string, rest: Partial<IncrementRecord> = {}): IncrementRecord {
  const ttl = nowMs / 1000 + 60;
  return { id, key: 'k1', request: 'r1', by: 5, region: 'eu-west-1', atMs: nowMs, until: ttl, ttl, ...rest };
}

describe('createTableCounterStore()', () => {
  const client = createTableClient({
    ...{ region: 'eu-west-1', attemptsMax: 1, connectTimeoutMs: 1, attemptTimeoutMs: 1 },
  });
  const send: TransactOptions['send'] = (command, sent) => client.send(command, sent);
  const transact = createTransact({ send, clock, random: () => 0, newToken: () => randomUUID() });
  const options = { client, tableName: 'items', region: 'eu-west-1', clock, transact };
  const store = createTableCounterStore(options);
  const aws = mockClient(DynamoDBDocumentClient);
  afterEach(() => {
    aws.reset();
  });

  const cancelled = (...CancellationReasons: CancellationReason[]) =>
    new TransactionCanceledException({ $metadata: {}, message: 'cancelled', CancellationReasons });
  const conflict = cancelled({ Code: 'TransactionConflict' });
  const tokens = () =>
    aws.commandCalls(TransactWriteCommand).map(({ args }) => args[0].input.ClientRequestToken);

  it('add() is a transaction with a token of its own, since an update may be repeated and count twice', async () => {
    aws.onAnyCommand().resolves({});
    await store.add('a', 1);
    await store.add('a', 1);
    expect(aws.commandCalls(UpdateCommand)).toHaveLength(0);
    expect(new Set(tokens()).size).toBe(2);
    expect(tokens()).not.toContain(undefined);
  });

  it('begins a transaction anew, with a new token, when another one was in the way', async () => {
    aws.on(TransactWriteCommand).rejectsOnce(conflict).rejectsOnce(conflict).resolves({});
    expect(await store.add('a', 1)).toBe('counted');
    expect(new Set(tokens()).size).toBe(3);
  });

  it('asks again by the same token when the transaction is still in progress', async () => {
    const inProgress = new TransactionInProgressException({ $metadata: {}, message: '', Message: '' });
    aws.on(TransactWriteCommand).rejectsOnce(inProgress).resolves({});
    expect(await store.addOnce(recordOf('a'))).toBe('counted');
    expect(tokens()).toHaveLength(2);
    expect(new Set(tokens()).size).toBe(1);
  });

  it.each([
    ['add', () => store.add('a', 1)],
    ['addOnce', () => store.addOnce(recordOf('a'))],
    ['takeBack', () => store.takeBack(recordOf('a'))],
  ] as const)('%s() gives up with table-throttled when others are always in the way', async (_name, call) => {
    aws.on(TransactWriteCommand).rejects(conflict);
    await expect(call()).rejects.toMatchObject({ code: 'table-throttled', cause: conflict });
    expect(tokens()).toHaveLength(8);
  });

  it('fails at once when it was cancelled for a reason that does not pass', async () => {
    const wrong = cancelled({ Code: 'None' }, { Code: 'ValidationError' });
    aws.on(TransactWriteCommand).rejects(wrong);
    await expect(store.addOnce(recordOf('a'))).rejects.toBe(wrong);
    expect(tokens()).toHaveLength(1);
  });

  it('addOnce() tells the record before the range when both refuse', async () => {
    const Item = {
      ...{ pk: { S: 'sys#counter#a' }, sk: { S: 'key#k1' }, q: { S: 'r1' }, by: { N: '5' } },
      ...{ region: { S: 'eu-west-1' }, at: { N: String(nowMs) }, ttl: { N: '1795349260' } },
    };
    const refused = { Code: 'ConditionalCheckFailed' };
    aws
      .on(TransactWriteCommand)
      .rejectsOnce(cancelled({ ...refused, Item }, refused))
      .rejectsOnce(cancelled({ Code: 'None' }, refused));
    const found = recordOf('a', { until: 1_795_349_260, ttl: 1_795_349_260 });
    expect(await store.addOnce(recordOf('a'))).toStrictEqual({ found });
    expect(await store.addOnce(recordOf('a'))).toBe('out-of-range');
  });

  it('read() follows pages', async () => {
    const LastEvaluatedKey = { pk: 'sys#counter#a', sk: 'shard#b' };
    aws
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ sk: 'shard#b', value: 2 }], LastEvaluatedKey })
      .resolves({ Items: [{ sk: 'shard#c', value: -5 }] });
    expect(await store.read('a')).toBe(-3);
    const inputs = aws.commandCalls(QueryCommand).map(({ args }) => args[0].input);
    expect(inputs[0]).toMatchObject({ ConsistentRead: true });
    expect(inputs[1]).toMatchObject({ ExclusiveStartKey: LastEvaluatedKey });
  });

  describe('without transactions', () => {
    const plain = createTableCounterStore({ ...options, singleAttemptClient: client });

    it.each([
      ['no answer', { name: 'TimeoutError' }],
      ['a broken connection', { code: 'ECONNRESET' }],
      ['an error of the table', { $metadata: { httpStatusCode: 500 } }],
    ])('add() says that it may have counted after %s, and makes one attempt', async (_what, properties) => {
      const thrown = Object.assign(new Error('lost'), properties);
      aws.on(UpdateCommand).rejects(thrown);
      const outcome = plain.add('a', 1);
      await expect(outcome).rejects.toMatchObject({ code: 'table-timeout', cause: thrown });
      await expect(outcome).rejects.toThrow(/unknown whether it counted\. Read it before adding again$/);
      expect(aws.commandCalls(UpdateCommand)).toHaveLength(1);
    });

    it.each([
      ['table-unavailable', { code: 'ECONNREFUSED' }],
      ['table-throttled', { name: 'ThrottlingException' }],
      ['item-contended', { name: 'ReplicatedWriteConflictException' }],
    ])('add() says %s when it surely has not counted: %j', async (code, properties) => {
      aws.on(UpdateCommand).rejects(Object.assign(new Error('refused'), properties));
      await expect(plain.add('a', 1)).rejects.toMatchObject({ code });
    });

    it('add() says that the part would leave its range', async () => {
      const refused = new ConditionalCheckFailedException({ $metadata: {}, message: 'refused' });
      aws.on(UpdateCommand).rejects(refused);
      expect(await plain.add('a', 1)).toBe('out-of-range');
    });
  });
});
