import type { ItemKey } from '../item/item-key.ts';
import type { ReplicaTable } from '../write/replica-table.ts';
import { itemBefore, localWrite, type WriteContext, withItemLocks } from '../write/write-context.ts';

/** DynamoDB leaves items alone whose time lies further back: more likely a wrong unit than an old item. */
const EXPIRED_SECONDS_MAX = 5 * 365 * 24 * 60 * 60;
const DELETIONS_MAX = 500;
const DELETIONS_AT_ONCE = 50;

/**
 * Deletes items whose TTL has passed, some hundreds at a time, and returns how many. Each is a REMOVE in the
 * stream that names the service as its author, and replicates like every deletion
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
 */
export async function deleteExpired(context: WriteContext): Promise<number> {
  const nowSeconds = Math.floor(context.clock() / 1_000);
  const expired = context.tables
    .all()
    .flatMap((table) => expiredKeys(table, nowSeconds).map((key) => ({ table, key })));
  const chosen = expired.slice(0, DELETIONS_MAX);
  let deleted = 0;
  while (chosen.length > 0) {
    const group = chosen.splice(0, DELETIONS_AT_ONCE);
    const outcomes = await Promise.allSettled(
      group.map(({ table, key }) => deleteItem(context, { table, key, nowSeconds })),
    );
    deleted += outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value).length;
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }
  return deleted;
}

function expiredKeys({ index, definition }: ReplicaTable, nowSeconds: number): ItemKey[] {
  if (definition.ttlAttribute === undefined) return [];
  const keys: ItemKey[] = [];
  for (const [key, { exists, expiresAtSeconds }] of index.entries())
    if (exists && hasExpired(expiresAtSeconds, nowSeconds)) keys.push(key);
  return keys;
}

function hasExpired(expiresAtSeconds: number | undefined, nowSeconds: number): boolean {
  return (
    expiresAtSeconds !== undefined &&
    expiresAtSeconds <= nowSeconds &&
    expiresAtSeconds > nowSeconds - EXPIRED_SECONDS_MAX
  );
}

/**
 *     sweep        finds the item expired ─╮            lock ── looks again ── not expired: left alone
 *     application                          ╰─ lock ── extends the TTL ──╯
 */
async function deleteItem(
  context: WriteContext,
  {
    table,
    key,
    nowSeconds,
  }: { readonly table: ReplicaTable; readonly key: ItemKey; readonly nowSeconds: number },
): Promise<boolean> {
  const address = { table, key };
  return withItemLocks(context, [address], async () => {
    if (!hasExpired(table.index.get(key)?.expiresAtSeconds, nowSeconds)) return false;
    const before = await itemBefore(context, address);
    if (before === undefined) return false;
    const write = { ...localWrite(context, address, { kind: 'delete', before }), expired: true };
    const body = JSON.stringify({ TableName: table.engineName, Key: table.keys.attributesOf(key) });
    await context.group.submit({ write, verb: 'Delete', body, after: null });
    return true;
  });
}
