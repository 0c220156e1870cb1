import { type AttributeMap, isAttributeMap, isObject } from '../item/attribute-value.ts';
import type { Stamp } from '../item/hybrid-logical-clock.ts';
import type { ItemKey } from '../item/item-key.ts';
import type { ChangeRecord } from '../journal/change-record.ts';
import { type SentLog, sentLogOf } from '../journal/peer-state.ts';

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

/** What is sent of a change: its latest state. */
export type SentChange = Pick<ChangeRecord, 'stamp' | 'tableName' | 'key' | 'newImage'>;

/** Changes that one region sends, in the order in which it made them; none where it only announces itself. */
export interface ReplicationBatch {
  readonly from: string;
  readonly log: SentLog;
  readonly changes: readonly ReplicatedChange[];
}

/** The body of a batch. Images are passed on as the texts that they are. */
export function toBatchJson(
  sender: { readonly from: string; readonly log: SentLog },
  sent: readonly SentChange[],
): string {
  const changes = sent.map(({ stamp, tableName, key, newImage }) => {
    const head = JSON.stringify({ stamp, tableName, key });
    return `${head.slice(0, -1)},"image":${newImage ?? 'null'}}`;
  });
  return `${JSON.stringify(sender).slice(0, -1)},"changes":[${changes.join(',')}]}`;
}

/** Reads a batch; nothing when it is not one. */
export function fromBatchJson(body: unknown): ReplicationBatch | undefined {
  if (!isObject(body) || typeof body.from !== 'string' || !Array.isArray(body.changes)) return undefined;
  const log = sentLogOf(body.log);
  if (log === undefined || !body.changes.every(isReplicatedChange)) return undefined;
  return { from: body.from, log, changes: body.changes };
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
