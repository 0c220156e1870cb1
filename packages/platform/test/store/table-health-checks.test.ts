import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { canaryPk, createTableHealthChecks } from '../../src/store/table-health-checks.ts';
import { canaryPartitionKey } from '../../src/topology/names.ts';

const timeouts = { attemptsMax: 1, connectTimeoutMs: 1, attemptTimeoutMs: 1 };
const client = createTableClient({ region: 'eu-west-1', ...timeouts });
const checks = createTableHealthChecks({ client, tableName: 'items', region: 'eu-west-1' });
const { signal } = new AbortController();

describe('canaryPk()', () => {
  it('is the one key that the function’s role may touch', () => {
    expect(canaryPk('eu-west-1')).toBe(canaryPartitionKey('eu-west-1'));
  });
});

describe('createTableHealthChecks()', () => {
  const aws = mockClient(DynamoDBDocumentClient);
  afterEach(() => {
    aws.reset();
  });

  it('writes and reads the region’s canary, the read consistently', async () => {
    aws.onAnyCommand().resolves({});
    await checks['table-write'](signal);
    await checks['table-read'](signal);
    const key = { pk: 'sys#health#eu-west-1', sk: 'canary' };
    expect(aws.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({ TableName: 'items', Item: key });
    expect(aws.commandCalls(GetCommand)[0]?.args[0].input).toStrictEqual({
      TableName: 'items',
      Key: key,
      ConsistentRead: true,
    });
  });

  it.each(['table-write', 'table-read'] as const)('%s fails in the platform’s terms', async (name) => {
    aws.onAnyCommand().rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(checks[name](signal)).rejects.toMatchObject({ code: 'table-throttled' });
  });
});
