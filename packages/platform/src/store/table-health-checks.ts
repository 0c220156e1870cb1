import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { systemKeyPrefix } from '../contract/item.ts';
import type { Clock } from '../domain/clock.ts';
import type { HealthCheck } from '../domain/health-monitor.ts';
import { translated } from './translated.ts';

/** What the checks of a region's replica need. */
export interface TableHealthChecksOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly region: string;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Partition key of a region's canary record: a key of its own, so that regions never write the same item. */
export function canaryPk(region: string): string {
  return `${systemKeyPrefix}health#${region}`;
}

/** Age below which the canary is proof enough that the replica takes writes, whoever of the region wrote it. */
const canaryFreshMs = 1_000;

/**
 * Makes the checks that tell whether the region's own replica can be read and written. Both go by one record. It is written
 * when it is older than a second, under a condition that says so again: however many execution environments ask, the region
 * pays for one replicated write a second.
 *
 *     environment A   read: 1.2 s old    write
 *     environment B     read: 1.2 s old    refused, as A has written: the replica takes writes
 *     environment C                          read: fresh, nothing to write
 *
 * A clock that stepped back leaves a canary of the future, whose age nobody knows: it is written over.
 */
export function createTableHealthChecks(
  options: TableHealthChecksOptions,
): Readonly<Record<'table-write' | 'table-read', HealthCheck>> {
  const { client, tableName: TableName, region, clock } = options;
  const Key = { pk: canaryPk(region), sk: 'canary' };
  let reading: Promise<number> | undefined;

  const readAgeMs = async (abortSignal: AbortSignal): Promise<number> => {
    // Consistent: served by the leader of the partition, as writes are.
    const command = new GetCommand({ TableName, Key, ConsistentRead: true });
    const { Item } = await translated('read the canary', () => client.send(command, { abortSignal }));
    return clock.nowMs() - Number(Item?.checkedAtMs ?? Number.NaN);
  };
  // One read for both checks, which run side by side.
  const sharedAgeMs = (signal: AbortSignal): Promise<number> => {
    reading ??= readAgeMs(signal).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  return {
    'table-write': async (abortSignal) => {
      // That it cannot be read is for the other check to tell.
      const ageMs = await sharedAgeMs(abortSignal).catch(() => Number.NaN);
      if (ageMs >= 0 && ageMs < canaryFreshMs) return;
      const nowMs = clock.nowMs();
      const command = new PutCommand({
        TableName,
        Item: { ...Key, region, checkedAtMs: nowMs },
        ConditionExpression:
          'attribute_not_exists(checkedAtMs) OR checkedAtMs <= :stale OR checkedAtMs > :now',
        ExpressionAttributeValues: { ':stale': nowMs - canaryFreshMs, ':now': nowMs },
      });
      await translated('write the canary', async () => {
        try {
          await client.send(command, { abortSignal });
        } catch (error) {
          // Another environment has just written it: DynamoDB decides that where it writes.
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      });
    },
    'table-read': async (signal) => {
      await sharedAgeMs(signal);
    },
  };
}
