import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { STALL_MS } from '../../../src/dynamodb/replication/stall-watch.ts';
import { eventually } from '../support/eventually.ts';
import { readStream } from '../support/read-stream.ts';
import { readTable, settledTables } from '../support/read-table.ts';
import {
  startCluster,
  type TestCluster,
  type TestClusterOptions,
  type TestRegion,
} from '../support/replica-cluster.ts';
import { testTable } from '../support/test-table.ts';

const TableName = testTable.tableName;
const Key = { pk: 'k', sk: '1' };
let cluster: TestCluster | undefined;

afterEach(() => cluster?.close());

async function start(
  options: TestClusterOptions = {},
): Promise<{ cluster: TestCluster; here: TestRegion; there: TestRegion }> {
  cluster = await startCluster(options);
  const [here, there] = cluster.regions;
  if (here === undefined || there === undefined) throw new Error('The cluster has fewer than two regions');
  return { cluster, here, there };
}

const put = (region: TestRegion, attributes: Record<string, unknown>) =>
  region.documents.send(new PutCommand({ TableName, Item: { ...Key, ...attributes } }));
const remove = (region: TestRegion) => region.documents.send(new DeleteCommand({ TableName, Key }));
const get = async (region: TestRegion) =>
  (await region.documents.send(new GetCommand({ TableName, Key }))).Item;
const cut = (from: TestRegion, to: TestRegion, isCut: boolean) =>
  from.replica().setLink(to.region, { cut: isCut });

describe('replication', () => {
  test('carries inserts, updates and deletions to the other region', async () => {
    const { here, there } = await start();
    await put(here, { n: 1 });
    await eventually('the item is there', async () => (await get(there))?.n === 1);
    await there.documents.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: 'ADD n :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
    await eventually('the update is back', async () => (await get(here))?.n === 2);
    await remove(there);
    await eventually('the deletion is back', async () => (await get(here)) === undefined);
  });

  test('a deletion wins over a put that was made before it and arrives after it', async () => {
    const { cluster: both, here, there } = await start();
    await put(here, { n: 1 });
    await settledTables(both);
    cut(here, there, true);
    await put(here, { n: 2 });
    await remove(there);
    await eventually('the late deletion wins here', async () => (await get(here)) === undefined);
    cut(here, there, false);
    const [one, other] = await settledTables(both);
    expect([one, other]).toEqual([new Map(), new Map()]);
  });

  test('a deletion of an item that the other region never had keeps its late put out, after a restart too', async () => {
    const { cluster: both, here, there } = await start();
    cut(here, there, true);
    await put(here, { n: 1 });
    await there.stopReplica();
    await there.startReplica();
    cut(there, here, true);
    // The put is on its way to a region that deletes the key in the meantime, without having seen the item.
    const late = here.replica().links()[0]?.backlog;
    expect(late).toBe(1);
    await put(there, { n: 2 });
    await remove(there);
    await there.stopReplica();
    await there.startReplica();
    cut(here, there, false);
    expect(await settledTables(both)).toEqual([new Map(), new Map()]);
  });

  test('the later writer wins when both regions wrote, and its whole item is kept', async () => {
    const { cluster: both, here, there } = await start();
    cut(here, there, true);
    cut(there, here, true);
    await put(here, { from: 'here', onlyHere: 1 });
    await put(there, { from: 'there', onlyThere: 1 });
    cut(here, there, false);
    cut(there, here, false);
    await settledTables(both);
    expect(await get(here)).toEqual({ ...Key, from: 'there', onlyThere: 1 });
    expect(await get(there)).toEqual(await get(here));
  });

  test('a region whose clock runs ahead wins over later writers, but not over one who replaced what it wrote', async () => {
    const { cluster: both, here, there } = await start();
    cut(here, there, true);
    cut(there, here, true);
    here.replica().setClockOffset(60_000);
    await put(here, { from: 'ahead' });
    await put(there, { from: 'later' });
    cut(here, there, false);
    cut(there, here, false);
    await settledTables(both);
    expect((await get(there))?.from).toBe('ahead');
    await put(there, { from: 'replacing' });
    await settledTables(both);
    expect((await get(here))?.from).toBe('replacing');
  });

  test('a region whose clock runs behind loses against earlier writers', async () => {
    const { cluster: both, here, there } = await start();
    cut(here, there, true);
    cut(there, here, true);
    await put(there, { from: 'earlier' });
    here.replica().setClockOffset(-60_000);
    await put(here, { from: 'behind' });
    cut(here, there, false);
    cut(there, here, false);
    await settledTables(both);
    expect((await get(here))?.from).toBe('earlier');
  });

  test('keeps what a cut link could not carry, counts it, and delivers it after a restart of the sender', async () => {
    const { cluster: both, here, there } = await start();
    cut(here, there, true);
    for (let n = 0; n < 30; n += 1)
      await here.documents.send(new PutCommand({ TableName, Item: { pk: 'backlog', sk: `${n}` } }));
    expect(here.replica().links()).toMatchObject([{ to: 'eu-central-1', cut: true, backlog: 30 }]);
    expect((await readTable(there)).size).toBe(0);
    await here.stopReplica();
    await here.startReplica({ links: { 'eu-central-1': { cut: true, delayMs: 5 } } });
    expect(here.replica().links()).toMatchObject([{ cut: true, delayMs: 5, backlog: 30 }]);
    // The other direction works, so that there is time in which a link that is not cut would have sent.
    await there.documents.send(new PutCommand({ TableName, Item: { pk: 'backlog', sk: 'there' } }));
    await eventually('the other direction works', async () => (await readTable(here)).size === 31);
    expect((await readTable(there)).size).toBe(1);
    cut(here, there, false);
    const [one, other] = await settledTables(both);
    expect(other?.size).toBe(31);
    expect(one).toEqual(other);
  });

  test('goes on from where it was after a restart, and sends nothing twice', async () => {
    const { cluster: both, here, there } = await start();
    await put(here, { n: 1 });
    await settledTables(both);
    await here.stopReplica();
    await here.startReplica();
    expect(here.replica().links()).toMatchObject([{ backlog: 0 }]);
    await put(here, { n: 2 });
    await settledTables(both);
    expect((await readStream(there)).map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY']);
  });

  test('delivers to a peer that was away as soon as it is back, and says meanwhile why it waits', async () => {
    const { cluster: both, here, there } = await start();
    await there.stopReplica();
    await put(here, { n: 1 });
    await eventually('the link says why it waits', () => here.replica().links()[0]?.lastError !== undefined);
    expect(here.log).toEqual([expect.stringMatching(/link to eu-central-1 waits: .*ECONNREFUSED/)]);
    await there.startReplica();
    await settledTables(both);
    expect(await get(there)).toEqual({ ...Key, n: 1 });
    expect(here.replica().links()[0]?.lastError).toBeUndefined();
  });

  test('says for how long nothing gets through, until something does', async () => {
    let aheadMs = 0;
    const { cluster: both, here, there } = await start({ clock: () => Date.now() + aheadMs });
    await put(here, { n: 1 });
    await settledTables(both);
    await there.stopReplica();
    await put(here, { n: 2 });
    expect(here.replica().links()[0]?.stalledMs).toBeUndefined();
    aheadMs = 2 * STALL_MS;
    expect(here.replica().links()[0]?.stalledMs).toBeGreaterThan(STALL_MS);
    await there.startReplica();
    await settledTables(both);
    expect(here.replica().links()[0]?.stalledMs).toBeUndefined();
  });

  test('waits as long as the lag and the delay of the link say', async () => {
    const { here, there } = await start({ lagMs: { min: 100, max: 200 } });
    here.replica().setLink(there.region, { delayMs: 200 });
    for (let n = 0; n < 20; n += 1)
      await here.documents.send(new PutCommand({ TableName, Item: { pk: 'lag', sk: `${n}` } }));
    await eventually('everything is there', async () => (await readTable(there)).size === 20);
    const [link] = here.replica().links();
    expect(link?.lagMsP50).toBeGreaterThanOrEqual(300);
    here.replica().setLink(there.region, { delayMs: 0 });
    await put(here, { n: 1 });
    await eventually('the next change is there', async () => (await get(there)) !== undefined);
  });

  test('the same item put in both regions converges without a stream record for the repetition', async () => {
    const { cluster: both, here, there } = await start();
    cut(here, there, true);
    cut(there, here, true);
    await put(here, { n: 1 });
    await put(there, { n: 1 });
    cut(here, there, false);
    cut(there, here, false);
    await settledTables(both);
    for (const region of [here, there]) expect(await readStream(region)).toHaveLength(1);
    await put(here, { n: 2 });
    await settledTables(both);
    expect((await get(there))?.n).toBe(2);
  });

  test('nothing goes in circles between three regions', async () => {
    const regions = ['eu-west-1', 'eu-central-1', 'eu-north-1'];
    const { cluster: all, here } = await start({ regions });
    for (let n = 0; n < 10; n += 1)
      await all.regions[n % 3]?.documents.send(
        new PutCommand({ TableName, Item: { pk: 'ring', sk: `${n}` } }),
      );
    const tables = await settledTables(all);
    for (const table of tables) expect(table).toEqual(tables[0]);
    for (const region of all.regions) expect(region.replica().stats.changes.lastSequence).toBe(10);
    cut(here, all.region('eu-central-1'), true);
    await put(here, { n: 1 });
    await eventually('the third region has it', async () => (await get(all.region('eu-north-1')))?.n === 1);
    expect(await get(all.region('eu-central-1'))).toBeUndefined();
    cut(here, all.region('eu-central-1'), false);
    await settledTables(all);
    expect((await get(all.region('eu-central-1')))?.n).toBe(1);
  });

  test('setLink() refuses a region that is no peer', async () => {
    const { here } = await start();
    expect(() => here.replica().setLink('us-east-1', { cut: true })).toThrow(RangeError);
  });
});
