import { type AttributeMap, isAttributeMap, isObject } from '../item/attribute-value.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';
import type { ChangeRecord } from '../journal/change-record.ts';

/** The route of a replica's endpoint to which its peers send their changes. */
export const REPLICATE_PATH = '/_twin/replicate';

/** The route at which a replica says how much it has yet to send to the asking peer. */
export const BACKLOG_PATH = '/_twin/backlog';

/** The header with the secret that the replicas of one twin share. */
export const CLUSTER_TOKEN_HEADER = 'x-twin-cluster-token';

/** A change as it travels to a peer: the whole item, or null for a deletion. */
export interface ReplicatedChange {
  readonly stamp: Stamp;
  readonly tableName: string;
  readonly key: ItemKey;
  readonly image: AttributeMap | null;
}

/** Changes that were made in one region, in the order in which it made them. */
export interface ReplicationBatch {
  readonly from: string;
  readonly changes: readonly ReplicatedChange[];
}

/** The body of a batch. Images are passed on as the texts that they are. */
export function toBatchJson(from: string, records: readonly ChangeRecord[]): string {
  const changes = records.map(({ stamp, tableName, key, newImage }) => {
    const head = JSON.stringify({ stamp, tableName, key });
    return `${head.slice(0, -1)},"image":${newImage ?? 'null'}}`;
  });
  return `{"from":${JSON.stringify(from)},"changes":[${changes.join(',')}]}`;
}

/** Reads a batch; nothing when it is not one. */
export function fromBatchJson(body: unknown): ReplicationBatch | undefined {
  if (!isObject(body) || typeof body.from !== 'string' || !Array.isArray(body.changes)) return undefined;
  if (!body.changes.every(isReplicatedChange)) return undefined;
  return { from: body.from, changes: body.changes };
}

function isReplicatedChange(change: unknown): change is ReplicatedChange {
  return (
    isObject(change) &&
    typeof change.stamp === 'string' &&
    typeof change.tableName === 'string' &&
    typeof change.key === 'string' &&
    (change.image === null || isAttributeMap(change.image))
  );
}
