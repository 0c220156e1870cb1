import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { eventually } from './eventually.ts';
import type { TestCluster, TestRegion } from './replica-cluster.ts';
import { testTable } from './test-table.ts';

/** Every item of a region's table by its key, as JSON whose attributes are in order, for comparison. */
export async function readTable(region: TestRegion): Promise<Map<string, string>> {
  const items = new Map<string, string>();
  const pages = paginateScan(
    { client: region.documents },
    { TableName: testTable.tableName, ConsistentRead: true },
  );
  for await (const page of pages)
    for (const item of page.Items ?? []) items.set(`${item.pk}/${item.sk}`, JSON.stringify(inOrder(item)));
  return items;
}

/** Waits until every replica has sent all it had, and returns every region's items. */
export async function settledTables(cluster: TestCluster): Promise<Map<string, string>[]> {
  await eventually('every link has sent what it had', () =>
    cluster.regions.every((region) =>
      region
        .replica()
        .links()
        .every(({ backlog }) => backlog === 0),
    ),
  );
  return Promise.all(cluster.regions.map(readTable));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, inOrder(member)]),
  );
}
