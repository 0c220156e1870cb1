import type { AttributeMap } from '../item/attribute-value.ts';
import { sameItem } from '../item/attribute-value.ts';
import { addStampToJson, type StampedItem } from '../item/hidden-stamp.ts';
import { originOf } from '../item/hybrid-logical-clock.ts';
import { ServiceError } from '../protocol/service-error.ts';
import type { GroupableWrite } from '../write/group-writer.ts';
import { type ItemAddress, restoreStamp } from '../write/stored-items.ts';
import { itemsBefore, type WriteContext, withItemLocks } from '../write/write-context.ts';
import type { ReplicatedChange, ReplicationBatch } from './replication-batch.ts';

interface IncomingChange extends ItemAddress {
  readonly change: ReplicatedChange;
}

/**
 * Applies a peer's changes: each takes effect when its stamp is above that of the item or tombstone that is
 * here, so that the last writer wins whatever the order of arrival, and a repetition changes nothing
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html).
 *
 *     peer      put s1 ────────────────╮ (late)
 *     here                 delete s2 ──┼─ tombstone s2 ── put s1: s1 < s2, not applied
 *                                      ╰──────────────────╯
 *
 * @throws {ServiceError} when not all could be applied; the peer sends the batch again
 */
export async function applyBatch(context: WriteContext, batch: ReplicationBatch): Promise<void> {
  const incoming = batch.changes.map((change): IncomingChange => {
    const table = context.tables.find(change.tableName);
    if (table === undefined)
      throw new ServiceError(
        'ResourceNotFoundException',
        `Table ${change.tableName} is not deployed in ${context.region}`,
      );
    return { table, key: change.key, change };
  });
  await withItemLocks(context, incoming, async () => {
    const newer = incoming.filter(
      ({ table, key, change }) => change.stamp > (table.index.get(key)?.stamp ?? ''),
    );
    const before = await itemsBefore(context, newer);
    const outcomes = await Promise.allSettled(
      newer.map((item, index) => applyChange(context, item, before[index])),
    );
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  });
}

async function applyChange(
  context: WriteContext,
  incoming: IncomingChange,
  before: StampedItem | undefined,
): Promise<void> {
  const { table, key, change } = incoming;
  const { stamp, image } = change;
  if (image === null) {
    if (before !== undefined)
      return context.group.submit(replicatedWrite(context, incoming, { before, image }));
    context.journal.rememberDeletion({ tableName: table.name, key, stamp, timeMs: context.clock() });
    return;
  }
  // What this region made itself comes back only to one that has lost it, and stays in its log whatever it changes.
  if (before === undefined || !sameItem(before.item, image) || originOf(stamp) === context.region)
    return context.group.submit(replicatedWrite(context, incoming, { before, image }));
  // The same item from two regions: no change to record, but the newer stamp decides what may replace it.
  await restoreStamp(context.engine, incoming, stamp);
  table.index.setItem(key, stamp, image);
}

function replicatedWrite(
  context: WriteContext,
  { table, key, change: { stamp } }: IncomingChange,
  { before, image }: { readonly before: StampedItem | undefined; readonly image: AttributeMap | null },
): GroupableWrite {
  const write = {
    table,
    key,
    stamp,
    before,
    expired: false,
    kind: image === null ? ('delete' as const) : ('put' as const),
    origin: originOf(stamp),
    timeMs: context.clock(),
  };
  const target = JSON.stringify({ TableName: table.engineName }).slice(0, -1);
  if (image === null) {
    const body = `${target},"Key":${JSON.stringify(table.keys.attributesOf(key))}}`;
    return { write, verb: 'Delete', body, after: null };
  }
  const afterJson = JSON.stringify(image);
  return {
    write,
    verb: 'Put',
    body: `${target},"Item":${addStampToJson(afterJson, stamp)}}`,
    after: image,
    afterJson,
  };
}
