import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '../contract/item.ts';
import type { RandomInteger } from '../domain/clock.ts';
import { nextImage } from '../domain/item-image.ts';
import { conflictIndexPk, conflictPk, fromConflictRecord } from '../store/conflict-record.ts';
import { documentClient } from '../store/create-table-client.ts';
import { fromImageRecord, toImageRecord } from '../store/image-record.ts';
import type { TableReplica } from './reindex-table.ts';

/** What was taken out of one replica. */
export interface Erased {
  /** Whether an item was there, and was replaced by a tombstone: its keys without content. */
  readonly item: boolean;
  /** Entries of the conflict log that were deleted, those that are not listed among them. */
  readonly conflicts: number;
}

/** What erasing an item of one replica needs. */
export interface EraseItemOptions {
  readonly tableName: string;
  readonly replica: TableReplica;
  /** Every region of the stage. */
  readonly regions: readonly string[];
  readonly key: ItemKey;
  /** How long the deletion is remembered. */
  readonly tombstoneTtlSeconds: number;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly random: RandomInteger;
  readonly signal: AbortSignal;
}

/** Attempts at one tombstone; each but the last was overtaken by another writer. */
const attemptsMax = 8;

/**
 * Takes the content of an item out of one replica: the item, its places in indexes, and what the conflict log has of it.
 *
 * The item becomes a tombstone that descends from it, as a deletion makes one. To remove the record itself would take what
 * older writes of other regions lose to, and they would come back:
 *
 *     eu-west-1     {w} ... erased: tombstone made from {w} -------- heal: it is kept, {w} and what {w} was made from are not
 *     eu-central-1  - cut - {w} ... erased too, on its own replica .....
 *
 * A write that loses to the tombstone is entered into the log by the region that made it, seconds later: so it is erased
 * again until nothing has been found for longer than that takes.
 *
 * @returns what was found; nothing, the second time
 */
export async function eraseItem(options: EraseItemOptions): Promise<Erased> {
  const client = documentClient(options.replica.client);
  const item = await buryItem(client, options);
  return { item, conflicts: await eraseConflicts(client, options) };
}

async function buryItem(client: DynamoDBDocumentClient, options: EraseItemOptions): Promise<boolean> {
  const { tableName, replica, regions, key, tombstoneTtlSeconds, nowMs, random, signal } = options;
  for (let attempt = 1; ; attempt++) {
    const { Item: record } = await client.send(
      new GetCommand({ TableName: tableName, Key: { pk: key.pk, sk: key.sk }, ConsistentRead: true }),
      { abortSignal: signal },
    );
    const held = record && fromImageRecord(record);
    if (held === undefined || held.deleted) return false;
    const write = {
      key,
      content: 'tombstone',
      ttlSeconds: tombstoneTtlSeconds,
      defaultTtlSeconds: tombstoneTtlSeconds,
    } as const;
    const image = nextImage(held, write, { region: replica.region, regions, nowMs: nowMs(), random });
    try {
      await client.send(
        new PutCommand({
          TableName: tableName,
          Item: toImageRecord(image),
          ConditionExpression: '#dot = :dot AND updatedAt = :at',
          ExpressionAttributeNames: { '#dot': 'dot' },
          ExpressionAttributeValues: { ':dot': held.dot, ':at': held.updatedAt },
        }),
        { abortSignal: signal },
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || attempt >= attemptsMax) throw error;
    }
  }
}

async function eraseConflicts(
  client: DynamoDBDocumentClient,
  { tableName, key, signal }: EraseItemOptions,
): Promise<number> {
  const pk = conflictPk(key.pk);
  const query = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
  };
  let [erased, others] = [0, 0];
  for await (const { Items = [] } of paginateQuery({ client }, query, { abortSignal: signal })) {
    for (const record of Items) {
      if (fromConflictRecord(record)?.loser.sk !== key.sk) {
        others++;
        continue;
      }
      await client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk: record.sk } }), {
        abortSignal: signal,
      });
      erased++;
    }
  }
  // The list of partition keys with entries has the partition key too. A loss that is entered meanwhile puts it back.
  if (erased > 0 && others === 0)
    await client.send(new DeleteCommand({ TableName: tableName, Key: { pk: conflictIndexPk, sk: key.pk } }), {
      abortSignal: signal,
    });
  return erased;
}
