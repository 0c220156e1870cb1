import type { ReplicaTable } from '../write/replica-table.ts';

/** The ARN of a table's stream; nothing when the template gives it none. */
export function streamArnOf({ definition, arn, streamLabel }: ReplicaTable): string | undefined {
  return definition.streamViewType === undefined ? undefined : `${arn}/stream/${streamLabel}`;
}

/** The id of a stream's only shard: the time of its creation and a suffix, as AWS writes it. */
export function shardIdOf({ meta }: ReplicaTable): string {
  return `shardId-${String(meta.createdAtMs).padStart(20, '0')}-${meta.tableId.slice(0, 8)}`;
}
