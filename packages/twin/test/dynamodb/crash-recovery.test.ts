import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type InterruptedWrite, interruptWrite } from './support/interrupted-write.ts';
import { readStream } from './support/read-stream.ts';
import { readTable, settledTables } from './support/read-table.ts';
import { startCluster, type TestCluster, type TestRegion } from './support/replica-cluster.ts';
import { testTable } from './support/test-table.ts';

const TableName = testTable.tableName;
let cluster: TestCluster;
let here: TestRegion;
let there: TestRegion;

beforeEach(async () => {
  cluster = await startCluster();
  [here, there] = cluster.regions as [TestRegion, TestRegion];
});
afterEach(() => cluster.close());

const put = (Item: Record<string, unknown>) => here.documents.send(new PutCommand({ TableName, Item }));
const itemOf = (n: string) => ({ pk: { S: 'i' }, sk: { S: '1' }, n: { N: n } });
const eventsOf = async (region: TestRegion) =>
  (await readStream(region)).map(
    ({ eventName, dynamodb }) =>
      `${eventName} ${dynamodb?.OldImage?.n?.N ?? '-'} ${dynamodb?.NewImage?.n?.N ?? '-'}`,
  );
const changeLogOf = (region: TestRegion) => {
  const folder = join(region.dataDir, 'replica');
  return join(
    folder,
    readdirSync(folder)
      .filter((name) => name.startsWith('changes-'))
      .sort()
      .at(-1) ?? '',
  );
};

describe('startReplica() after kill -9 in the middle of a write', () => {
  const inserted = ['INSERT - 1'];
  const cases: [string, InterruptedWrite, string[]][] = [
    ['an insert that was made', { new: itemOf('1'), made: true }, inserted],
    ['an insert that was not made', { new: itemOf('1'), made: false }, []],
    ['an insert that was recorded', { new: itemOf('1'), made: true, recorded: true }, inserted],
    [
      'an overwrite that was made',
      { old: itemOf('1'), new: itemOf('2'), made: true },
      [...inserted, 'MODIFY 1 2'],
    ],
    ['an overwrite that was not made', { old: itemOf('1'), new: itemOf('2'), made: false }, inserted],
    [
      'an overwrite that was recorded',
      { old: itemOf('1'), new: itemOf('2'), made: true, recorded: true },
      [...inserted, 'MODIFY 1 2'],
    ],
    ['an update that changed nothing', { old: itemOf('1'), new: itemOf('1'), made: true }, inserted],
    ['a deletion that was made', { old: itemOf('1'), made: true }, [...inserted, 'REMOVE 1 -']],
    ['a deletion that was not made', { old: itemOf('1'), made: false }, inserted],
    [
      'a deletion that was recorded',
      { old: itemOf('1'), made: true, recorded: true },
      [...inserted, 'REMOVE 1 -'],
    ],
  ];

  test.each(cases)(
    'settles %s: one record of what was made, none of what was not, the same in both regions',
    async (_, write, events) => {
      if (write.old !== undefined) await put({ pk: 'i', sk: '1', n: 1 });
      await settledTables(cluster);
      await here.stopReplica();
      await interruptWrite(here, write);
      await here.startReplica();
      const [one, other] = await settledTables(cluster);
      expect(one).toEqual(other);
      expect(await eventsOf(here)).toEqual(events);
      expect(await eventsOf(there)).toEqual(events);
      await here.stopReplica();
      await here.startReplica();
      expect(await eventsOf(here)).toEqual(events);
      await put({ pk: 'i', sk: '1', n: 9 });
      const [after, replicated] = await settledTables(cluster);
      expect(after).toEqual(replicated);
      expect([...(after ?? [])]).toHaveLength(1);
    },
  );

  test('cuts off a line that was being written, and says so', async () => {
    await put({ pk: 'a', sk: '1', n: 1 });
    await settledTables(cluster);
    await here.stopReplica();
    const file = changeLogOf(here);
    appendFileSync(file, '{"sequence":2,"stamp":"0');
    appendFileSync(join(here.dataDir, 'replica', 'intents.jsonl'), '{"stam');
    await here.startReplica();
    expect(here.log).toEqual([
      expect.stringMatching(/cut off 24 bytes.*change log/),
      expect.stringMatching(/cut off 6 bytes.*intents/),
    ]);
    await put({ pk: 'b', sk: '1', n: 2 });
    const [one, other] = await settledTables(cluster);
    expect(one?.size).toBe(2);
    expect(one).toEqual(other);
    expect(await eventsOf(here)).toEqual(['INSERT - 1', 'INSERT - 2']);
  });

  test('writes the record anew when it was the one that was cut off', async () => {
    await put({ pk: 'i', sk: '1', n: 1 });
    await settledTables(cluster);
    await here.stopReplica();
    await interruptWrite(here, { old: itemOf('1'), new: itemOf('2'), made: true, recorded: true });
    const file = changeLogOf(here);
    truncateSync(file, readFileSync(file).length - 10);
    await here.startReplica();
    const [one, other] = await settledTables(cluster);
    expect(one).toEqual(other);
    expect(await eventsOf(there)).toEqual(['INSERT - 1', 'MODIFY 1 2']);
  });
});

describe('startReplica() on a data directory that is not its own', () => {
  const replicaFile = (name: string) => join(here.dataDir, 'replica', name);
  const remedy = /npm start -- --fresh/;

  beforeEach(async () => {
    await put({ pk: 'a', sk: '1', n: 1 });
    await put({ pk: 'a', sk: '2', n: 2 });
    await here.stopReplica();
  });

  test('refuses a change log that is corrupt in the middle', async () => {
    const file = changeLogOf(here);
    writeFileSync(file, readFileSync(file, 'utf8').replace('{', 'x'));
    await expect(here.startReplica()).rejects.toMatchObject({
      name: 'DataDirectoryError',
      code: 'Corrupt',
      path: file,
      message: remedy,
    });
  });

  test('refuses a change log with a record missing', async () => {
    const file = changeLogOf(here);
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
    await expect(here.startReplica()).rejects.toMatchObject({ code: 'Corrupt', message: remedy });
  });

  test.each([
    ['"region": "eu-west-1"', '"region": "us-east-1"', 'OtherRegion'],
    ['"formatVersion": 1', '"formatVersion": 0', 'OtherFormat'],
    [/"schemaHash": "./, '"schemaHash": "x', 'OtherSchema'],
    ['{', '', 'Corrupt'],
    [/"createdAtMs": \d+/, '"createdAtMs": null', 'Corrupt'],
  ])('refuses a description with %s replaced by %j', async (found, replacement, code) => {
    const file = replicaFile('meta.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(found, replacement));
    await expect(here.startReplica()).rejects.toMatchObject({
      name: 'DataDirectoryError',
      code,
      message: remedy,
    });
  });

  test('refuses a peer position that is not one', async () => {
    writeFileSync(join(here.dataDir, 'replica', 'peers', 'eu-central-1.json'), '{"sequence":"x"}');
    await expect(here.startReplica()).rejects.toMatchObject({ code: 'Corrupt', message: remedy });
  });

  test('names the port that is taken', async () => {
    const taken = await startCluster({ regions: ['eu-west-1'] });
    try {
      await expect(taken.region('eu-west-1').startReplica()).rejects.toMatchObject({
        code: 'EADDRINUSE',
        message: /the port is in use/,
      });
    } finally {
      await taken.close();
    }
  });
});

describe('kill -9 of the engine under load', () => {
  test('loses no acknowledged write, and leaves both replicas identical', async () => {
    const acknowledged = new Map<string, number>();
    let running = true;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 1; running; n += 1) {
        const sk = `${writer}-${n % 5}`;
        const kind = n % 3;
        const Key = { pk: 'load', sk };
        const update = {
          TableName,
          Key,
          UpdateExpression: 'SET n = :n',
          ExpressionAttributeValues: { ':n': n },
        };
        const made =
          kind === 0
            ? here.documents.send(new UpdateCommand(update))
            : kind === 1
              ? here.documents.send(new PutCommand({ TableName, Item: { ...Key, n } }))
              : here.documents.send(new TransactWriteCommand({ TransactItems: [{ Update: update }] }));
        await made.then(
          () => acknowledged.set(sk, n),
          (error: Error) => expect(error.name).toBe('InternalServerError'),
        );
      }
    });
    for (let kill = 0; kill < 3; kill += 1) {
      const before = here.replica().stats.changes.lastSequence;
      await eventually('writes go on', () => here.replica().stats.changes.lastSequence > before + 100);
      await here.killEngine();
      await here.startEngine();
    }
    running = false;
    await Promise.all(writers);
    await eventually('no write is in doubt', () => here.replica().stats.writesInDoubt === 0);
    const [one, other] = await settledTables(cluster);
    expect(one).toEqual(other);
    for (const [sk, n] of acknowledged) {
      const stored = JSON.parse(one?.get(`load/${sk}`) ?? '{}');
      expect(stored.n).toBeGreaterThanOrEqual(n);
    }
    await expectStreamToExplainTable();
  });

  test('answers requests with a retryable error while the engine is away, and goes on by itself', async () => {
    await put({ pk: 'a', sk: '1', n: 1 });
    await here.killEngine();
    await expect(put({ pk: 'a', sk: '2', n: 1 })).rejects.toMatchObject({
      name: 'InternalServerError',
      $metadata: { httpStatusCode: 500 },
    });
    const get = new GetCommand({ TableName, Key: { pk: 'a', sk: '1' } });
    await expect(here.documents.send(get)).rejects.toMatchObject({ name: 'InternalServerError' });
    await here.startEngine();
    expect((await here.documents.send(get)).Item).toEqual({ pk: 'a', sk: '1', n: 1 });
    await put({ pk: 'a', sk: '2', n: 2 });
    const [one, other] = await settledTables(cluster);
    expect(one).toEqual(other);
    expect((await readTable(there)).size).toBe(2);
  });
});

/** Each record's old image is the new image of the item's record before it, and the last one is what is stored. */
async function expectStreamToExplainTable(): Promise<void> {
  const images = new Map<string, string | undefined>();
  for (const { dynamodb } of await readStream(here)) {
    const key = `${dynamodb?.Keys?.pk?.S}/${dynamodb?.Keys?.sk?.S}`;
    expect(dynamodb?.OldImage?.n?.N).toBe(images.get(key));
    images.set(key, dynamodb?.NewImage?.n?.N);
  }
  const table = await readTable(here);
  expect([...images.keys()].sort()).toEqual([...table.keys()].sort());
  for (const [key, item] of table) expect(String(JSON.parse(item).n)).toBe(images.get(key));
}
