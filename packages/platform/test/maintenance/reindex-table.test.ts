// Goal: reindexing gives items the attributes that their content asks for and changes nothing else, whatever happens
// meanwhile. Method: two engines stand for two regions; nothing replicates between them but what the test puts into both.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ItemKey } from '../../src/contract/item.ts';
import { type ItemImage, nextImage } from '../../src/domain/item-image.ts';
import { lostWrite } from '../../src/domain/lost-write.ts';
import { createEntityIndexes } from '../../src/functions/entity-indexes.ts';
import { type ReindexOptions, reindexTable } from '../../src/maintenance/reindex-table.ts';
import { documentClient } from '../../src/store/create-table-client.ts';
import { fromImageRecord, toImageRecord } from '../../src/store/image-record.ts';
import { order } from '../entities/order-entity.ts';
import { startTableEngine, type TableEngine } from '../store/start-table-engine.ts';

const regions = ['eu-west-1', 'eu-central-1'];
interface Replica {
  readonly engine: TableEngine;
  readonly sdk: DynamoDBClient;
  readonly client: DynamoDBDocumentClient;
}

let tables: [Replica, Replica];
beforeAll(async () => {
  tables = [await startReplica(), await startReplica()];
});
afterAll(async () => {
  for (const { sdk, engine } of tables) {
    sdk.destroy();
    await engine.stop();
  }
});

async function startReplica(): Promise<Replica> {
  const engine = await startTableEngine();
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = new DynamoDBClient({ region: 'eu-west-1', endpoint: engine.endpoint, credentials });
  return { engine, sdk, client: documentClient(sdk) };
}

let dots = 0;
const random = () => ++dots;
const imageOf = (id: string, data: object, region = 'eu-west-1'): ItemImage =>
  nextImage(
    undefined,
    {
      key: { pk: 'order~c', sk: id },
      content: { data: { customerId: 'c', ...data } },
      defaultTtlSeconds: null,
    },
    { region, regions, nowMs: Date.parse('2026-12-01T00:00:00.000Z'), random },
  );
/** A record as it is put and read: its data as an object, not as the map that the store hands to the SDK. */
const recordOf = (image: ItemImage, attributes = {}): Record<string, unknown> => ({
  ...toImageRecord(image, attributes),
  ...(image.data === undefined ? {} : { data: image.data }),
});
const order1 = (id: string) => imageOf(id, { status: 'open', total: 5 });
const put = (table: Replica, Item: Record<string, unknown>) =>
  table.client.send(new PutCommand({ TableName: 'items', Item }));
const everywhere = async (record: Record<string, unknown>) => {
  for (const table of tables) await put(table, record);
};
const read = async ({ client }: Replica, id: string, pk = 'order~c') =>
  (await client.send(new GetCommand({ TableName: 'items', Key: { pk, sk: id } }))).Item;

let pages: (ItemKey | undefined)[] = [];
let sleptMs = 0;
beforeEach(() => {
  pages = [];
  sleptMs = 0;
});
const reindex = (options: Partial<ReindexOptions> = {}) =>
  reindexTable({
    tableName: 'items',
    replicas: [
      { region: 'eu-west-1', client: tables[0].sdk },
      { region: 'eu-central-1', client: tables[1].sdk },
    ],
    entity: order,
    unitsPerSecond: 100,
    onPage: async (_counts, next) => void pages.push(next),
    nowMs: () => 0,
    sleep: async (delayMs) => {
      sleptMs += delayMs;
    },
    signal: new AbortController().signal,
    ...options,
  });

describe('reindexTable()', () => {
  it('puts items that were there before into their indexes, and changes nothing else of them', async () => {
    const image = order1('a');
    await everywhere(recordOf(image));
    expect(await reindex()).toMatchObject({ changed: 1, busy: 0, unreadable: 0 });
    const stored = await read(tables[0], 'a');
    expect(stored).toStrictEqual(recordOf(image, createEntityIndexes([order]).attributesOf(image)));
    expect(fromImageRecord(stored ?? {})).toStrictEqual(image);
    const { Items = [] } = await tables[0].client.send(
      new QueryCommand({
        TableName: 'items',
        IndexName: 'gsi1',
        KeyConditionExpression: 'g1p = :value',
        ExpressionAttributeValues: { ':value': 'order~byStatus~open' },
      }),
    );
    expect(Items.map(({ sk }) => sk)).toStrictEqual(['a']);
  });

  it('changes nothing the second time, and is no write that a region would take for lost', async () => {
    const image = order1('second');
    await everywhere(recordOf(image));
    await reindex();
    for (const table of tables) await put(table, (await read(tables[0], 'second')) ?? {});
    const before = fromImageRecord(recordOf(image));
    const after = fromImageRecord((await read(tables[0], 'second')) ?? {});
    if (before === undefined || after === undefined) throw new Error('Cannot read the image');
    for (const region of regions)
      expect(
        lostWrite({ before, after, atMs: Date.parse(image.updatedAt) }, { region, regions }),
      ).toBeUndefined();
    expect((await read(tables[0], 'second'))?.g1p).toBe('order~byStatus~open');
    expect((await reindex()).changed).toBe(0);
  });

  it('takes attributes away that the content asks for no more: of tombstones, and of an index that went', async () => {
    const image = order1('dead');
    const stale = { g1p: 'order~byStatus~paid', g1s: 'x~dead', g3p: 'order~byNothing~1', g3s: '1~dead' };
    const tombstone = nextImage(
      image,
      { key: image, content: 'tombstone', defaultTtlSeconds: 60 },
      { region: 'eu-west-1', regions, nowMs: Date.parse('2026-12-01T00:00:01.000Z'), random },
    );
    await everywhere(recordOf(tombstone, stale));
    await everywhere(recordOf(order1('moved'), stale));
    await reindex();
    expect(Object.keys((await read(tables[0], 'dead')) ?? {}).filter((name) => /^g\d/.test(name))).toEqual(
      [],
    );
    const moved = await read(tables[0], 'moved');
    expect([moved?.g1p, moved?.g3p]).toStrictEqual(['order~byStatus~open', undefined]);
  });

  it('fills one index alone', async () => {
    await everywhere(recordOf(order1('one')));
    await reindex({ index: 'byTotal' });
    const { g1p, g2p } = (await read(tables[0], 'one')) ?? {};
    expect([g1p, g2p]).toStrictEqual([undefined, 'order~byTotal~c']);
  });

  it('leaves an item alone that another region has written, or does not hold yet', async () => {
    const [mine, theirs] = [order1('busy'), imageOf('busy', { status: 'paid', total: 6 }, 'eu-central-1')];
    await put(tables[0], recordOf(mine));
    await put(tables[1], recordOf(theirs));
    await put(tables[0], recordOf(order1('young')));
    expect(await reindex()).toMatchObject({ busy: 2 });
    expect(await read(tables[0], 'busy')).toStrictEqual(recordOf(mine));
    expect(await read(tables[1], 'busy')).toStrictEqual(recordOf(theirs));
    expect(await read(tables[0], 'young')).not.toHaveProperty('g1p');
    await everywhere(recordOf(theirs));
    await everywhere(recordOf(order1('young')));
    expect(await reindex()).toMatchObject({ busy: 0, changed: 2 });
  });

  it('leaves other entities and records of other programs alone, and counts the latter', async () => {
    const other = { ...recordOf(order1('x')), pk: 'note~c' };
    await everywhere(other);
    await everywhere({ pk: 'order~c', sk: 'foreign', note: 'mine' });
    expect(await reindex()).toMatchObject({ unreadable: 1 });
    expect(await read(tables[0], 'x', 'note~c')).toStrictEqual(other);
    expect(await read(tables[0], 'foreign')).toStrictEqual({ pk: 'order~c', sk: 'foreign', note: 'mine' });
  });

  it('goes on where an earlier run ended, page by page, and keeps to its pace', async () => {
    for (let n = 0; n < 150; n++) await everywhere(recordOf(order1(`page-${1_000 + n}`)));
    const abort = new AbortController();
    const interrupted = reindex({
      signal: abort.signal,
      onPage: async (_counts, next) => {
        pages.push(next);
        abort.abort(new Error('enough'));
      },
      sleep: async (_delayMs, signal) => signal.throwIfAborted(),
    });
    await expect(interrupted).rejects.toThrow();
    const [next] = pages;
    expect(next).toMatchObject({ pk: expect.any(String), sk: expect.any(String) });
    const rest = await reindex({ after: next });
    expect(rest.changed).toBeGreaterThan(0);
    expect(rest.changed).toBeLessThan(150);
    expect(pages.at(-1)).toBeUndefined();
    expect(await reindex()).toMatchObject({ changed: 0, busy: 0 });
    expect(sleptMs).toBeGreaterThan(0);
  });
});
