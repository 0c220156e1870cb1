import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { systemKeyPrefix } from '../contract/item.ts';
import type { HealthCheck } from '../domain/health-monitor.ts';
import { translated } from './translated.ts';

/** What the checks of a region's replica need. */
export interface TableHealthChecksOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly region: string;
}

/** Partition key of a region's canary record: a key of its own, so that regions never write the same item. */
export function canaryPk(region: string): string {
  return `${systemKeyPrefix}health#${region}`;
}

/**
 * Makes the checks that tell whether the region's own replica can be written and read. Both touch one record,
 * which is overwritten each time. They run side by side, so that the probe waits for one round trip: the read
 * does not ask for what the write has just put there, it asks whether a strongly consistent read is served.
 */
export function createTableHealthChecks(
  options: TableHealthChecksOptions,
): Readonly<Record<'table-write' | 'table-read', HealthCheck>> {
  const { client, tableName, region } = options;
  const key = { pk: canaryPk(region), sk: 'canary' };
  return {
    'table-write': async (signal) => {
      const record = { ...key, region, checkedAt: new Date().toISOString() };
      const command = new PutCommand({ TableName: tableName, Item: record });
      await translated('write the canary', () => client.send(command, { abortSignal: signal }));
    },
    'table-read': async (signal) => {
      // Consistent: served by the leader of the partition, as writes are.
      const command = new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true });
      await translated('read the canary', () => client.send(command, { abortSignal: signal }));
    },
  };
}
