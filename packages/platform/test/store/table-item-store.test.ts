// Goal: what the item store makes of answers that an engine in memory does not give: refusals after a lost answer,
// records of other programs, errors of AWS. Method: a client whose answers are set.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { createTableItemStore } from '../../src/store/table-item-store.ts';

const timeouts = { attemptsMax: 1, connectTimeoutMs: 1, attemptTimeoutMs: 1 };
const client = createTableClient({ region: 'eu-west-1', ...timeouts });
const foreign: unknown[] = [];
const store = createTableItemStore({
  client,
  tableName: 'items',
  onForeignRecord: (key) => foreign.push(key),
});

const image: ItemImage = {
  ...{ pk: 'a', sk: 'b', createdAt: '2026-11-22T12:00:00.000Z', updatedAt: '2026-11-22T12:00:00.000Z' },
  ...{ ttl: 1_795_000_000, region: 'eu-west-1', version: { 'eu-west-1': 7 }, dot: 7, history: [] },
  ...{ deleted: false, keyedWrites: [] },
};

function refusedWith(Item?: Record<string, { S: string } | { N: string }>): Error {
  return new ConditionalCheckFailedException({
    ...{ $metadata: {}, message: 'The conditional request failed' },
    ...(Item === undefined ? {} : { Item }),
  });
}

describe('createTableItemStore()', () => {
  const aws = mockClient(DynamoDBDocumentClient);
  afterEach(() => {
    aws.reset();
    foreign.length = 0;
  });

  it('writes with one request that asks for what it holds instead', async () => {
    aws.onAnyCommand().resolves({});
    await store.replace(image, undefined);
    await store.replace({ ...image, dot: 8, history: [7] }, image);
    const inputs = aws.calls().map(({ args }) => args[0].input);
    expect(inputs).toHaveLength(2);
    expect(inputs[0]).toStrictEqual({
      TableName: 'items',
      Item: {
        ...{ pk: 'a', sk: 'b', createdAt: image.createdAt, updatedAt: image.updatedAt, ttl: image.ttl },
        ...{ region: 'eu-west-1', 'v#eu-west-1': 7, dot: 7 },
      },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(inputs[1]).toMatchObject({
      ConditionExpression: '#dot = :dot AND #region = :region AND #updatedAt = :updatedAt',
      ExpressionAttributeValues: { ':dot': 7, ':region': 'eu-west-1', ':updatedAt': image.updatedAt },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  it('takes a refusal for success when it tells the very image, since the answer before it was lost', async () => {
    const stored = {
      ...{
        pk: { S: 'a' },
        sk: { S: 'b' },
        dot: { N: '7' },
        'v#eu-west-1': { N: '7' },
        ttl: { N: '1795000000' },
      },
      ...{ createdAt: { S: image.createdAt }, updatedAt: { S: image.updatedAt }, region: { S: 'eu-west-1' } },
    };
    aws.on(PutCommand).rejects(refusedWith(stored));
    expect(await store.replace(image, undefined)).toStrictEqual({ replaced: true });
  });

  it.each([undefined, { ...image, dot: 6 }])(
    'fails, and does not ask for another attempt, when a record of another program is in the way',
    async (before) => {
      aws
        .on(PutCommand)
        .rejects(refusedWith({ pk: { S: 'a' }, sk: { S: 'b' }, note: { S: 'confidential' } }));
      const outcome = store.replace(image, before);
      await expect(outcome).rejects.toThrow(
        'Cannot write the item: another program wrote the record under pk "a" and sk "b"',
      );
      await expect(outcome).rejects.toMatchObject({ code: 'foreign-item', key: { pk: 'a', sk: 'b' } });
      await expect(outcome).rejects.not.toThrow(/confidential/);
      expect(foreign).toStrictEqual([{ pk: 'a', sk: 'b' }]);
      expect(aws.calls()).toHaveLength(1);
    },
  );

  it('takes no record of a key where the table takes no transactions, and sends nothing', async () => {
    const { dot, region, version, createdAt, updatedAt, ttl = 0, deleted } = image;
    const record = { key: 'k', request: 'r', until: 1_795_352_400, ...{ dot, region, version, deleted } };
    const outcome = store.replace(image, undefined, { record: { ...record, createdAt, updatedAt, ttl } });
    await expect(outcome).rejects.toMatchObject({ code: 'idempotency-unsupported' });
    expect(aws.calls()).toHaveLength(0);
  });

  it('translates errors of every command', async () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    aws.onAnyCommand().rejects(refused);
    const unavailable = { code: 'table-unavailable', cause: refused };
    await expect(store.replace(image, undefined)).rejects.toMatchObject(unavailable);
    await expect(store.get({ pk: 'a', sk: 'b' })).rejects.toMatchObject(unavailable);
    await expect(store.findRecord('k')).rejects.toMatchObject(unavailable);
    await expect(store.query({ pk: 'a', limit: 1 })).rejects.toMatchObject(unavailable);
  });

  it('reads one item consistently and lists eventually', async () => {
    aws.onAnyCommand().resolves({});
    await store.get({ pk: 'a', sk: 'b' });
    expect(await store.query({ pk: 'a', limit: 3 })).toStrictEqual({ records: [] });
    expect(aws.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
    expect(aws.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ConsistentRead: false,
      Limit: 3,
    });
  });

  it('fails to read a record of another program, lists its key, and reports it', async () => {
    const record = { pk: 'a', sk: 'b', ttl: 'soon' };
    aws.on(GetCommand).resolves({ Item: record });
    aws.on(QueryCommand).resolves({ Items: [record], LastEvaluatedKey: { pk: 'a', sk: 'b' } });
    await expect(store.get({ pk: 'a', sk: 'b' })).rejects.toMatchObject({ code: 'foreign-item' });
    const records = [{ sk: 'b', image: undefined }];
    expect(await store.query({ pk: 'a', limit: 1 })).toStrictEqual({ records, next: 'b' });
    expect(foreign).toStrictEqual([
      { pk: 'a', sk: 'b' },
      { pk: 'a', sk: 'b' },
    ]);
  });
});
