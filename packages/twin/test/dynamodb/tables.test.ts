import {
  CreateTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ExecuteStatementCommand,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

const TableName = testTable.tableName;
let cluster: TestCluster;
let region: TestRegion;

beforeAll(async () => {
  cluster = await startCluster({
    regions: ['eu-west-1'],
    table: { replicaRegions: ['eu-west-1', 'eu-central-1'] },
  });
  region = cluster.region('eu-west-1');
});
afterAll(() => cluster.close());

describe('tables', () => {
  test('DescribeTable names this region, and the other replicas', async () => {
    const { Table } = await region.client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableName,
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`,
      KeySchema: testTable.keySchema,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      ItemCount: expect.any(Number),
    });
    expect(Table?.LatestStreamArn).toBe(`${Table?.TableArn}/stream/${Table?.LatestStreamLabel}`);
    expect(Table?.GlobalSecondaryIndexes?.[0]).toMatchObject({
      IndexName: 'by-holder',
      IndexStatus: 'ACTIVE',
    });
    expect(Table?.Replicas).toEqual([{ RegionName: 'eu-central-1', ReplicaStatus: 'ACTIVE' }]);
    expect(Table?.GlobalTableVersion).toBe('2019.11.21');
  });

  test('a table is found by its ARN as well', async () => {
    const arn = `arn:aws:dynamodb:eu-west-1:111122223333:table/${TableName}`;
    await region.documents.send(new PutCommand({ TableName: arn, Item: { pk: 'arn', sk: '1' } }));
    expect(
      (await region.documents.send(new GetCommand({ TableName: arn, Key: { pk: 'arn', sk: '1' } }))).Item,
    ).toBeDefined();
  });

  test('ListTables, DescribeTimeToLive, DescribeContinuousBackups and DescribeLimits answer', async () => {
    expect((await region.client.send(new ListTablesCommand())).TableNames).toEqual([TableName]);
    const ttl = await region.client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
    const backups = await region.client.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.ContinuousBackupsStatus).toBe('ENABLED');
    expect((await region.client.send(new DescribeLimitsCommand())).TableMaxWriteCapacityUnits).toBe(40_000);
  });

  test('an unknown table is not found', async () => {
    const unknown = { TableName: 'nobody', Key: { pk: '1', sk: '1' } };
    await expect(region.documents.send(new GetCommand(unknown))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    await expect(region.client.send(new DescribeTableCommand({ TableName: 'nobody' }))).rejects.toMatchObject(
      {
        name: 'ResourceNotFoundException',
        message: 'Requested resource not found: Table: nobody not found',
      },
    );
  });

  test('what the template decides, and PartiQL, are refused with the reason', async () => {
    const create = new CreateTableCommand({
      TableName: 'mine',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await expect(region.client.send(create)).rejects.toMatchObject({
      name: 'ValidationException',
      message: /the tables come from the deployed template/,
    });
    await expect(
      region.client.send(new ExecuteStatementCommand({ Statement: `SELECT * FROM "${TableName}"` })),
    ).rejects.toMatchObject({ name: 'ValidationException', message: /PartiQL is not emulated/ });
  });
});
