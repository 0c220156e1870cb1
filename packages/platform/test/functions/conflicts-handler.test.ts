import { describe, expect, it } from 'vitest';
import type { TableEngine } from '../store/start-table-engine.ts';
import { call, functionsUnderTest, json } from './functions-under-test.ts';

describe('functions', () => {
  const functions = functionsUnderTest();

  it('find a lost write in the stream, list it once, and give it back with one PUT', async () => {
    const pathParameters = { pk: 'notes', sk: 'shared' };
    const ours = await call(functions.api, 'PUT /items/{pk}/{sk}', {
      ...{ pathParameters, headers: json, body: JSON.stringify({ data: { text: 'ours' } }) },
    });
    const record = await replaceFromElsewhere(functions.engine, pathParameters);
    for (let deliveries = 0; deliveries < 2; deliveries++)
      expect(await functions.conflicts({ Records: [record] })).toStrictEqual({ batchItemFailures: [] });
    const listed = await call(functions.api, 'GET /conflicts', { query: { pk: 'notes' } });
    expect(listed.body.conflicts).toMatchObject([
      {
        ...{ loser: ours.body.item, winner: { region: 'eu-central-1' }, detectedIn: 'eu-west-1' },
      },
    ]);
    expect((await call(functions.api, 'GET /conflicts')).body.conflicts).toStrictEqual(listed.body.conflicts);
    const metrics = functions.lines
      .map((line) => JSON.parse(line))
      .filter(({ message }) => message === 'metrics');
    expect(metrics).toMatchObject([{ Project: 'gsp', Stage: 'main', ConflictsDetected: 1 }]);
    const session = { 'x-session': String(ours.headers['x-session']) };
    const read = await call(functions.api, 'GET /items/{pk}/{sk}', { pathParameters, headers: session });
    expect(read.body).toMatchObject({
      item: { region: 'eu-central-1' },
      superseded: listed.body.conflicts[0],
    });
    const restored = await call(functions.api, 'PUT /items/{pk}/{sk}', {
      ...{ pathParameters, headers: { ...json, 'if-match': String(read.headers.etag) } },
      body: JSON.stringify({ data: listed.body.conflicts[0].loser.data }),
    });
    expect(restored.body.item).toMatchObject({ region: 'eu-west-1', data: { text: 'ours' } });
    expect(restored.body.item.version).toHaveProperty('eu-central-1');
  });

  it('have a batch given again when the table does not take what was found', async () => {
    const pathParameters = { pk: 'notes', sk: 'late' };
    await call(functions.api, 'PUT /items/{pk}/{sk}', {
      pathParameters,
      headers: json,
      body: '{"data":"ours"}',
    });
    const record = await replaceFromElsewhere(functions.engine, pathParameters);
    functions.engine.freeze();
    try {
      const answer = await functions.conflicts(
        { Records: [record] },
        { getRemainingTimeInMillis: () => 5_500 },
      );
      expect(answer).toStrictEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    } finally {
      functions.engine.thaw();
    }
    expect(await functions.conflicts({ Records: [record] })).toStrictEqual({ batchItemFailures: [] });
    expect(
      (await call(functions.api, 'GET /conflicts', { query: { pk: 'notes' } })).body.conflicts[0],
    ).toMatchObject({
      loser: { sk: 'late', data: 'ours' },
    });
  });
});

/**
 * Does to an item what replication does when another region's write was later: replaces the record unseen.
 *
 * @returns the record of the replica's stream
 */
async function replaceFromElsewhere({ tableName }: TableEngine, { pk, sk }: { pk: string; sk: string }) {
  const { DynamoDBClient, GetItemCommand, PutItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const Keys = { pk: { S: pk }, sk: { S: sk } };
  const { Item: OldImage = {} } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: Keys, ConsistentRead: true }),
  );
  const { 'v#eu-west-1': _ours, history: _none, ...rest } = OldImage;
  const NewImage = {
    ...{ ...rest, region: { S: 'eu-central-1' }, 'v#eu-central-1': { N: '77' }, dot: { N: '77' } },
    ...{ updatedAt: { S: new Date().toISOString() }, data: { S: 'theirs' } },
  };
  await client.send(new PutItemCommand({ TableName: tableName, Item: NewImage }));
  client.destroy();
  const ApproximateCreationDateTime = Math.floor(Date.now() / 1000);
  const dynamodb = { ApproximateCreationDateTime, Keys, OldImage, NewImage, SequenceNumber: '1' };
  return { eventID: '1', eventName: 'MODIFY', dynamodb };
}
