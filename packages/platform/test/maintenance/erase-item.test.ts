// Goal: after an erasure no replica holds what an item held, in the item or in the conflict log, and nothing comes back.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { conflictOf } from '../../src/domain/conflict-log.ts';
import { type ItemImage, nextImage } from '../../src/domain/item-image.ts';
import { lostWrite } from '../../src/domain/lost-write.ts';
import { eraseItem } from '../../src/maintenance/erase-item.ts';
import { documentClient } from '../../src/store/create-table-client.ts';
import { createTableConflictLog } from '../../src/store/table-conflict-log.ts';
import { createTableItemStore } from '../../src/store/table-item-store.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { startTableEngine, type TableEngine } from '../store/start-table-engine.ts';

const regions = ['eu-west-1', 'eu-central-1'];
const clock = manualClock(Date.parse('2026-12-01T00:00:00.000Z'));
const [tableName, email] = ['items', 'kim@example.com'];
let dots = 0;
const random = () => ++dots;

let engine: TableEngine;
let sdk: DynamoDBClient;
let client: DynamoDBDocumentClient;
beforeAll(async () => {
  engine = await startTableEngine();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sdk = new DynamoDBClient({ region: 'eu-west-1', endpoint: engine.endpoint, credentials });
  client = documentClient(sdk);
});
afterAll(async () => {
  sdk.destroy();
  await engine.stop();
});

const imageOf = (sk: string, before?: ItemImage, region = 'eu-west-1'): ItemImage =>
  nextImage(
    before,
    { key: { pk: 'order~c', sk }, content: { data: { email } }, defaultTtlSeconds: null },
    { region, regions, nowMs: clock.nowMs(), random },
  );

function stores() {
  const table = { client, tableName, clock, onForeignRecord: () => {} };
  return { items: createTableItemStore(table), conflicts: createTableConflictLog(table) };
}

async function lose(image: ItemImage, isQuiet: boolean) {
  const { pk, dot, history } = image;
  const seen = { atMs: clock.nowMs(), region: 'eu-west-1', ttlSeconds: 86_400 };
  const id = { pk, item: '0123456789abcdef', dot, history, updatedAtMs: clock.nowMs(), isQuiet };
  await stores().conflicts.record(id, conflictOf(image, undefined, seen));
}

/** Everything that the table holds, as text. */
async function stored(): Promise<string> {
  const found: unknown[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName })) found.push(...Items);
  return JSON.stringify(found);
}

const erase = (sk: string) =>
  eraseItem({
    tableName,
    replica: { region: 'eu-west-1', client: sdk },
    regions,
    key: { pk: 'order~c', sk },
    tombstoneTtlSeconds: 604_800,
    nowMs: clock.nowMs,
    random,
    signal: new AbortController().signal,
  });

describe('eraseItem()', () => {
  it('leaves a tombstone of an item, and nothing of the writes that it lost, listed or not', async () => {
    const held = imageOf('a');
    await stores().items.replace(held, undefined);
    await lose(imageOf('a'), false);
    await lose(imageOf('a'), true);
    expect((await stored()).split(email)).toHaveLength(4);
    expect(await erase('a')).toStrictEqual({ item: true, conflicts: 2 });
    expect(await stored()).not.toContain(email);
    expect(await stored()).not.toContain('sys#conflicts');
    const left = await stores().items.get(held);
    expect(left).toMatchObject({ deleted: true, history: [held.dot] });
    expect(await erase('a')).toStrictEqual({ item: false, conflicts: 0 });
    // What was erased elsewhere before replication has brought the tombstone is no loss that would be entered again.
    if (left === undefined) throw new Error('Cannot read the tombstone');
    for (const region of regions)
      expect(
        lostWrite({ before: held, after: left, atMs: clock.nowMs() }, { region, regions }),
      ).toBeUndefined();
  });

  it('takes nothing of other items under the same partition key', async () => {
    await stores().items.replace(imageOf('b'), undefined);
    await lose(imageOf('b'), false);
    await lose(imageOf('c'), false);
    expect(await erase('c')).toStrictEqual({ item: false, conflicts: 1 });
    expect((await stores().conflicts.list({ pk: 'order~c', limit: 5 })).entries).toHaveLength(1);
    expect((await stores().conflicts.list({ limit: 5 })).entries).toHaveLength(1);
    expect(await stores().items.get({ pk: 'order~c', sk: 'b' })).toMatchObject({ deleted: false });
  });

  it('finds a loss that is entered after the first time', async () => {
    await erase('late');
    await lose(imageOf('late'), true);
    expect(await erase('late')).toStrictEqual({ item: false, conflicts: 1 });
  });
});
