import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLUSTER_TOKEN, startCluster, type TestCluster } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

let cluster: TestCluster;
let endpoint: string;

beforeAll(async () => {
  cluster = await startCluster({ regions: ['eu-west-1'] });
  endpoint = cluster.region('eu-west-1').endpoint;
});
afterAll(() => cluster.close());

async function post(target: string, body: string, path = '/', headers: Record<string, string> = {}) {
  const response = await fetch(`${endpoint}${path}`, {
    method: 'POST',
    headers: { 'x-amz-target': target, ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('createEndpoint()', () => {
  test.each([
    ['DynamoDB_20120810.GetItem', '{nope', 'SerializationException'],
    ['DynamoDB_20120810.GetItem', '[]', 'SerializationException'],
    ['DynamoDB_20120810.GetItem', '', 'SerializationException'],
    ['DynamoDB_20120810.Nonsense', '{}', 'UnknownOperationException'],
    ['DynamoDB_20120810.toString', '{}', 'UnknownOperationException'],
    ['DynamoDB_20120810.GetRecords', '{}', 'UnknownOperationException'],
    ['', '{}', 'UnknownOperationException'],
    ['DynamoDB_20120810.GetItem', '{}', 'ValidationException'],
    ['DynamoDB_20120810.PutItem', `{"TableName":"${testTable.tableName}"}`, 'ValidationException'],
    [
      'DynamoDB_20120810.PutItem',
      `{"TableName":"${testTable.tableName}","Item":{"pk":"x"}}`,
      'ValidationException',
    ],
    ['DynamoDB_20120810.GetItem', `{"TableName":"${testTable.tableName}","Key":null}`, 'ValidationException'],
    [
      'DynamoDB_20120810.DeleteItem',
      `{"TableName":"${testTable.tableName}","Key":{"pk":1}}`,
      'ValidationException',
    ],
    ['DynamoDB_20120810.BatchWriteItem', '{"RequestItems":{}}', 'ValidationException'],
    ['DynamoDB_20120810.TransactWriteItems', '{"TransactItems":[{"Put":null}]}', 'ValidationException'],
    ['DynamoDBStreams_20120810.GetRecords', '{"ShardIterator":"x"}', 'ValidationException'],
  ])('answers %j %j with %s', async (target, body, type) => {
    const { status, headers, text } = await post(target, body);
    expect(status).toBe(400);
    expect(JSON.parse(text).__type).toMatch(new RegExp(`#${type}$`));
    expect(headers.get('x-amz-crc32')).toBe(String(crc32(text)));
    expect(headers.get('x-amzn-requestid')).toMatch(/^[A-Z0-9]{52}$/);
  });

  test('refuses an item that is nested too deeply without harm', async () => {
    const nested = `${'{"M":{"a":'.repeat(20_000)}{"S":"x"}${'}}'.repeat(20_000)}`;
    const { status, text } = await post(
      'DynamoDB_20120810.PutItem',
      `{"TableName":"${testTable.tableName}","Item":{"pk":{"S":"n"},"sk":{"S":"1"},"a":${nested}}}`,
    );
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ message: expect.stringMatching(/Nesting Levels/) });
  });

  test('refuses a body over 16 MB with status 413', async () => {
    const { status } = await post('DynamoDB_20120810.PutItem', ' '.repeat(16 * 1024 * 1024 + 1));
    expect(status).toBe(413);
    expect((await post('DynamoDB_20120810.ListTables', '{}')).status).toBe(200);
  });

  test('answers a plain GET as a health check', async () => {
    const response = await fetch(endpoint);
    expect(await response.text()).toContain('healthy: dynamodb.eu-west-1.amazonaws.com');
  });

  test('hides the routes of the peers from all who do not know the secret', async () => {
    const log = { id: 'its-log', run: 'its-run', base: 0, acknowledged: 0, told: 0, last: 0 };
    const body = JSON.stringify({ from: 'eu-central-1', log, changes: [] });
    expect((await post('', body, '/_twin/replicate')).status).toBe(404);
    expect((await post('', body, '/_twin/replicate', { 'x-twin-cluster-token': 'wrong' })).status).toBe(404);
    const token = { 'x-twin-cluster-token': CLUSTER_TOKEN };
    expect((await post('', body, '/_twin/nothing', token)).status).toBe(404);
    expect((await post('', body, '/_twin/replicate', token)).status).toBe(200);
    expect((await post('', '{"from":1}', '/_twin/replicate', token)).status).toBe(400);
    const withoutLog = JSON.stringify({ from: 'eu-central-1', changes: [] });
    expect((await post('', withoutLog, '/_twin/replicate', token)).status).toBe(400);
    expect((await post('', 'nope', '/_twin/replicate', token)).status).toBe(400);
  });
});
