import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { createTableClient } from '../../../amplify/store/create-table-client.ts';
import { createTableItemStore } from '../../../amplify/store/table-item-store.ts';
import { translated } from '../../../amplify/store/translated.ts';

const aws = { $metadata: {}, message: 'said by AWS' };

function errorWith(properties: object): Error {
  return Object.assign(new Error('said by AWS'), properties);
}

const rows = [
  ['table-throttled', new ProvisionedThroughputExceededException(aws)],
  ['table-throttled', errorWith({ name: 'ThrottlingException' })],
  ['table-throttled', errorWith({ name: 'RequestLimitExceeded' })],
  ['table-timeout', errorWith({ name: 'TimeoutError' })],
  ['table-timeout', errorWith({ name: 'AbortError' })],
  ['table-timeout', errorWith({ code: 'ETIMEDOUT' })],
  ['table-unavailable', new InternalServerError({ ...aws, $metadata: { httpStatusCode: 500 } })],
  ['table-unavailable', errorWith({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } })],
  ['table-unavailable', errorWith({ code: 'ECONNREFUSED' })],
  ['table-unavailable', errorWith({ code: 'ENOTFOUND' })],
] as const;

describe('translated()', () => {
  it.each(rows)('throws %s when the SDK throws %s', async (code, thrown) => {
    const outcome = translated('read the item', () => Promise.reject(thrown));
    await expect(outcome).rejects.toMatchObject({ name: 'PlatformError', code, cause: thrown });
    await expect(outcome).rejects.toThrow(/^Cannot read the item: the table /);
  });

  it.each([
    new ResourceNotFoundException(aws),
    errorWith({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }),
    new RangeError('a bug'),
    'not even an error',
  ])('rethrows the unknown untouched: %s', async (thrown) => {
    await expect(translated('read the item', () => Promise.reject(thrown))).rejects.toBe(thrown);
  });

  it('returns what the call returns', async () => {
    expect(await translated('read the item', async () => 7)).toBe(7);
  });
});

describe('createTableItemStore()', () => {
  const client = createTableClient({
    region: 'eu-west-1',
    attemptsMax: 1,
    connectTimeoutMs: 1,
    attemptTimeoutMs: 1,
  });
  const aws = mockClient(DynamoDBDocumentClient);
  const foreign: unknown[] = [];
  const store = createTableItemStore({
    client,
    tableName: 'items',
    onForeignRecord: (key) => foreign.push(key),
  });
  afterEach(() => {
    aws.reset();
    foreign.length = 0;
  });

  it('translates errors of every command', async () => {
    const refused = errorWith({ code: 'ECONNREFUSED' });
    aws.onAnyCommand().rejects(refused);
    const item = {
      pk: 'a',
      sk: 'b',
      createdAt: '',
      ttl: 1,
      region: 'eu-west-1',
      version: { 'eu-west-1': 1 },
    };
    const unavailable = { code: 'table-unavailable', cause: refused };
    await expect(store.put(item)).rejects.toMatchObject(unavailable);
    await expect(store.get({ pk: 'a', sk: 'b' })).rejects.toMatchObject(unavailable);
    await expect(store.query({ pk: 'a', limit: 1 })).rejects.toMatchObject(unavailable);
  });

  it('reads one item consistently and lists eventually', async () => {
    aws.onAnyCommand().resolves({});
    await store.get({ pk: 'a', sk: 'b' });
    expect(await store.query({ pk: 'a', limit: 3 })).toStrictEqual({ items: [] });
    expect(aws.commandCalls(GetCommand)[0]?.args[0].input).toMatchObject({ ConsistentRead: true });
    expect(aws.commandCalls(QueryCommand)[0]?.args[0].input).toMatchObject({
      ConsistentRead: false,
      Limit: 3,
    });
  });

  it('treats a record of another program as absent and reports it', async () => {
    const record = { pk: 'a', sk: 'b', ttl: 'soon' };
    aws.on(GetCommand).resolves({ Item: record });
    aws.on(QueryCommand).resolves({ Items: [record], LastEvaluatedKey: { pk: 'a', sk: 'b' } });
    expect(await store.get({ pk: 'a', sk: 'b' })).toBeUndefined();
    expect(await store.query({ pk: 'a', limit: 1 })).toStrictEqual({ items: [], next: 'b' });
    expect(foreign).toStrictEqual([
      { pk: 'a', sk: 'b' },
      { pk: 'a', sk: 'b' },
    ]);
  });
});
