import {
  DescribeTableCommand,
  paginateScan,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { systemKeyPatterns } from '@gsp/platform/topology';
import { askAws } from './cloud-error.ts';
import type { RegionClients } from './region-clients.ts';

/** Items that one page of the look for items evaluates, and how many pages it may take. */
const LOOK_ITEMS = 200;
const LOOK_PAGES_MAX = 25;

/**
 * The table of that name in one region; null where there is none.
 *
 * @param options.act for the message: a verb and its object
 *
 * @throws {CloudError} when DynamoDB cannot be asked
 */
export async function describeTable(
  { region, dynamoDb }: RegionClients,
  {
    tableName,
    signal,
    act = `look at the table ${tableName}`,
  }: { readonly tableName: string; readonly signal: AbortSignal; readonly act?: string },
): Promise<TableDescription | null> {
  try {
    const { Table } = await askAws({ act, region }, () =>
      dynamoDb.send(new DescribeTableCommand({ TableName: tableName }), { abortSignal: signal }),
    );
    return Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/**
 * Whether the table holds anything but what the platform itself keeps there about its regions: canaries of their health,
 * and evacuations. DynamoDB counts items once in six hours only, so one is looked for. Where the look would take too long
 * the answer is yes.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
 * @throws {CloudError} when DynamoDB cannot be asked
 */
export async function holdsItems(
  { region, dynamoDb }: RegionClients,
  tableName: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { health } = systemKeyPatterns;
  return askAws({ act: `look for items in the table ${tableName}`, region }, async () => {
    let pages = 0;
    const looked = paginateScan(
      { client: dynamoDb },
      {
        TableName: tableName,
        Limit: LOOK_ITEMS,
        ProjectionExpression: 'pk',
        FilterExpression: 'NOT begins_with(pk, :health) AND NOT begins_with(pk, :evacuations)',
        ExpressionAttributeValues: {
          ':health': { S: health.replace(/\*$/, '') },
          // Versions up to 0.2 had two partitions of them.
          ':evacuations': { S: 'sys#evacuation' },
        },
      },
      { abortSignal: signal },
    );
    for await (const { Items = [] } of looked) {
      pages += 1;
      if (Items.length > 0 || pages >= LOOK_PAGES_MAX) return true;
    }
    return false;
  });
}
