// Goal: a page of a list buys a bounded number of reads, whatever lies in between. Method: tables in which everything is over
// and which never end.
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { createItemLister } from '../../src/domain/item-lister.ts';
import { createTableClient } from '../../src/store/create-table-client.ts';
import { createTableConflictLog } from '../../src/store/table-conflict-log.ts';
import { createTableItemStore } from '../../src/store/table-item-store.ts';
import { manualClock } from '../domain/manual-clock.ts';

const aws = mockClient(DynamoDBDocumentClient);
const clock = manualClock();
const client = createTableClient({
  region: 'eu-west-1',
  attemptsMax: 1,
  connectTimeoutMs: 1,
  attemptTimeoutMs: 1,
});
const table = { client, tableName: 'items', clock, onForeignRecord: () => {} };
const queries = () => aws.commandCalls(QueryCommand);

beforeEach(() => aws.reset());
afterAll(() => aws.restore());

it('items: ten reads, and where to go on', async () => {
  aws.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey: { pk: 'a', sk: 'b' } });
  const listItems = createItemLister({ store: createTableItemStore(table), clock });
  await expect(listItems({ pk: 'a', limit: 100 })).resolves.toMatchObject({ entries: [], next: 'b' });
  expect(queries()).toHaveLength(10);
});

it('conflicts of all keys: twenty-five reads, and where to go on', async () => {
  let n = 0;
  aws.on(QueryCommand).callsFake(({ ExpressionAttributeValues: values }) => {
    n += 1;
    // The index goes on for ever; the log of each key in it has nothing to show.
    const isIndex = values[':pk'] === 'sys#conflicts';
    return isIndex
      ? {
          Items: [{ pk: 'sys#conflicts', sk: `key-${n}` }],
          LastEvaluatedKey: { pk: 'sys#conflicts', sk: `key-${n}` },
        }
      : { Items: [] };
  });
  const { list } = createTableConflictLog(table);
  const page = await list({ limit: 100 });
  expect(page).toMatchObject({ entries: [], next: expect.any(String) });
  expect(queries()).toHaveLength(25);
});

it('conflicts of one key: one read', async () => {
  aws.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey: { pk: 'sys#conflict#a', sk: 'b' } });
  await createTableConflictLog(table).list({ pk: 'a', limit: 100 });
  expect(queries()).toHaveLength(1);
});
