import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Listener, listen, type RequestHandler } from '../../../src/dynamodb/protocol/listener.ts';
import { createRegionForwarder, FORWARDED_HEADER } from '../../../src/dynamodb/protocol/region-forwarder.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, type TestCluster } from '../support/replica-cluster.ts';
import { testTable } from '../support/test-table.ts';

const HERE = 'eu-west-1';
const THERE = 'eu-central-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const TableName = testTable.tableName;
const CUT = { cut: true, delayMs: 0 };

/** Signed by hand: only the scope is looked at. */
const signedFor = (region: string) =>
  `AWS4-HMAC-SHA256 Credential=k/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;

let cluster: TestCluster;
/** As a function's client for another region is: the endpoint is that of the function's own region. */
let misdirected: DynamoDBDocumentClient;

beforeAll(async () => {
  cluster = await startCluster();
  cluster.region(HERE).replica().setLink(THERE, CUT);
  cluster.region(THERE).replica().setLink(HERE, CUT);
  const endpoint = cluster.region(HERE).endpoint;
  misdirected = DynamoDBDocumentClient.from(
    new DynamoDBClient({ region: THERE, endpoint, credentials, maxAttempts: 1 }),
  );
});
afterAll(async () => {
  misdirected.destroy();
  await cluster.close();
});
afterEach(() => cluster.region(THERE).replica().setThrottleShare(0));

async function read(client: DynamoDBDocumentClient, pk: string) {
  const { Item } = await client.send(
    new GetCommand({ TableName, Key: { pk, sk: '1' }, ConsistentRead: true }),
  );
  return Item;
}

describe('createRegionForwarder()', () => {
  test('writes and reads in the region that a request is signed for, over cut links too', async () => {
    const Item = { pk: 'forwarded', sk: '1', text: 'grüße 🌍' };
    await misdirected.send(new PutCommand({ TableName, Item }));
    expect(await read(misdirected, 'forwarded')).toEqual(Item);
    expect(await read(cluster.region(THERE).documents, 'forwarded')).toEqual(Item);
    expect(await read(cluster.region(HERE).documents, 'forwarded')).toBeUndefined();
    const { Table } = await misdirected.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableArn).toContain(`:${THERE}:`);
  });

  test('forwards what is asked of streams', async () => {
    const endpoint = cluster.region(HERE).endpoint;
    const streams = new DynamoDBStreamsClient({ region: THERE, endpoint, credentials });
    onTestFinished(() => streams.destroy());
    const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
    expect(Streams?.map(({ StreamArn }) => StreamArn)).toEqual([expect.stringContaining(`:${THERE}:`)]);
  });

  test('passes exceptions of the other region on, with their details and its throttling', async () => {
    const Item = { pk: 'taken', sk: '1' };
    await cluster.region(THERE).documents.send(new PutCommand({ TableName, Item }));
    const put = new PutCommand({
      ...{ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(misdirected.send(put)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { pk: { S: 'taken' } },
    });
    cluster.region(THERE).replica().setThrottleShare(1);
    await expect(read(misdirected, 'taken')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await read(cluster.region(HERE).documents, 'taken')).toBeUndefined();
  });

  test('ends the connection when the other region is stopped, and goes on when it is back', async () => {
    const there = cluster.region(THERE);
    await there.stopReplica();
    const error: unknown = await read(misdirected, 'x').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(await read(cluster.region(HERE).documents, 'x')).toBeUndefined();
    expect(cluster.region(HERE).log).toContainEqual(expect.stringMatching(/^eu-central-1 did not answer/));
    await there.startReplica({ links: { [HERE]: CUT } });
    await eventually('the other region answers', async () => (await read(misdirected, 'x')) === undefined);
  });

  test.each([
    ['a region that is not in the twin', 'ap-south-1', {}],
    ['its own region', HERE, {}],
    ['another region when it was forwarded already', THERE, { [FORWARDED_HEADER]: 'eu-north-1' }],
  ])('answers a request here that is signed for %s', async (_, region, headers) => {
    const response = await fetch(cluster.region(HERE).endpoint, {
      method: 'POST',
      headers: {
        ...headers,
        authorization: signedFor(region),
        'x-amz-target': 'DynamoDB_20120810.DescribeTable',
      },
      body: JSON.stringify({ TableName }),
    });
    expect(await response.json()).toMatchObject({
      Table: { TableArn: expect.stringContaining(`:${HERE}:`) },
    });
  });

  test.each<[string, RequestHandler]>([
    ['does not answer in time', async () => {}],
    [
      'breaks off in the middle of its answer',
      async (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"Item":');
        setImmediate(() => response.destroy());
      },
    ],
  ])('ends the connection when the other region %s', async (_, handler) => {
    const said: string[] = [];
    const { here } = await forwarderTo(handler, said);
    const request = fetch(here.url, {
      method: 'POST',
      headers: { authorization: signedFor(THERE) },
      body: '{}',
    });
    await expect(request).rejects.toThrow();
    expect(said).toEqual([
      expect.stringMatching(/^eu-central-1 did not answer a request that was made in eu-west-1: /),
    ]);
  });

  test('gives the other region up when the client goes away', async () => {
    let left = false;
    const said: string[] = [];
    const client = new AbortController();
    const { here } = await forwarderTo(
      async (_, response) => {
        response.once('close', () => {
          left = true;
        });
        client.abort();
      },
      said,
      30_000,
    );
    const init = { method: 'POST', headers: { authorization: signedFor(THERE) }, body: '{}' };
    await expect(fetch(here.url, { ...init, signal: client.signal })).rejects.toThrow();
    await eventually('the request to the other region ends', () => left);
    expect(said).toEqual([]);
  });

  test('does not take part of a scope for a region', () => {
    const forwarder = createRegionForwarder({
      region: HERE,
      peers: [{ region: THERE, url: 'http://127.0.0.1:9' }],
      say: () => {},
    });
    onTestFinished(() => forwarder.close());
    const regionOf = (authorization?: string) => forwarder.regionOf({ authorization });
    expect(regionOf(signedFor(THERE))).toBe(THERE);
    expect(regionOf()).toBeUndefined();
    expect(regionOf('Bearer x')).toBeUndefined();
    expect(regionOf(signedFor(THERE).replace('dynamodb', 's3'))).toBeUndefined();
    expect(regionOf(signedFor(`x-${THERE}`))).toBeUndefined();
  });
});

/** An endpoint that forwards to a region whose endpoint does what `there` does; both end with the test. */
async function forwarderTo(
  there: RequestHandler,
  said: string[],
  timeoutMs = 100,
): Promise<{ here: Listener }> {
  const listenOn = { host: '127.0.0.1', port: 0 };
  const peer = await listen(listenOn, there);
  const forwarder = createRegionForwarder({
    region: HERE,
    peers: [{ region: THERE, url: peer.url }],
    say: (message) => said.push(message),
    timeoutMs,
  });
  const here = await listen(listenOn, async (request, response) => {
    const region = forwarder.regionOf(request.headers);
    if (region !== undefined) await forwarder.forward(region, request, response);
  });
  onTestFinished(async () => {
    await forwarder.close();
    await Promise.all([here.close(), peer.close()]);
  });
  return { here };
}
