import { type Conflict, entityKeySeparator } from '@gsp/platform/contract';
import { isProblemError } from './client-error.ts';
import { type DefinedCalls, definitionsOf, type UntypedEntityClient } from './defined-calls.ts';
import type { Answered, CallOptions, ConditionalWriteOptions, PlatformClient } from './platform-client.ts';

/** What a restore takes; each of its calls has the client's time, or this. */
export interface RestoreOptions extends Omit<CallOptions, 'region' | 'session'> {
  /** Milliseconds since 1970. @default - the computer's clock */
  readonly nowMs?: () => number;
}

/**
 * Writes a lost write again: its content over whatever the item holds now, on the condition that it still holds just that.
 * Then the entry is acknowledged.
 *
 * The condition holds in one region, so the write goes to the region that was read:
 *
 *     client        GET (ETag c=9)            PUT if c=9
 *     that region   ------^------ PUT c=12 ------^------  412: nothing is written over c=12
 *
 * @throws {ProblemError} `item-changed` when somebody has written in between; the entry is then listed as before
 */
export async function restoreConflict(
  client: PlatformClient,
  { id, loser }: Pick<Conflict, 'id' | 'loser'>,
  { nowMs = Date.now, ...options }: RestoreOptions = {},
): Promise<void> {
  const item = callsOf(client, loser);
  const { condition, ttl } = await presentState(item, options);
  const isGone = condition.ifNoneMatch !== undefined;
  if (loser.deleted === true) {
    // What is to be gone may be gone already.
    if (!isGone) await item.remove(condition);
  } else {
    const life = isGone ? lifeOf(loser, { ttl: 0 }, nowMs()) : lifeOf(loser, { ttl }, nowMs());
    await item.put(life, condition);
  }
  await client.acknowledgeConflict({ id }, { ...options, session: null }).catch((error: unknown) => {
    // The write is back. An entry that is over, or has not reached the region that was asked, takes nothing from that.
    if (!isProblemError(error, 'conflict-not-found')) throw error;
  });
}

type Life = { readonly ttlSeconds?: number | null };

/** How the item of a conflict is read and written: by the routes of its entity, or those of items. */
interface ItemCalls {
  get(options: CallOptions): Promise<Answered<{ readonly item: { readonly ttl?: number | undefined } }>>;
  put(life: Life, condition: ConditionalWriteOptions): Promise<unknown>;
  remove(condition: ConditionalWriteOptions): Promise<unknown>;
}

function callsOf(client: PlatformClient, { pk, sk, data }: Conflict['loser']): ItemCalls {
  const found = entityOfKey(client, pk);
  if (found === undefined) {
    const key = { pk, sk };
    return {
      get: (options) => client.getItem(key, options),
      put: (life, condition) =>
        client.putItem({ ...key, ...(data !== undefined && { data }), ...life }, condition),
      remove: (condition) => client.deleteItem(key, condition),
    };
  }
  const { calls, partition } = found;
  const key = { ...partition, id: sk };
  // How long it lives is the entity's to say.
  return {
    get: (options) => calls.get(key, options),
    put: (_life, condition) => calls.put({ ...Object(data), ...key }, condition),
    remove: (condition) => calls.delete(key, condition),
  };
}

/** The entity that keeps its items under such a partition key, and what of its key is in it. */
function entityOfKey(client: PlatformClient, pk: string) {
  const { [definitionsOf]: definitions } = client as Partial<DefinedCalls>;
  const name = pk.slice(0, pk.indexOf(entityKeySeparator));
  const defined = definitions?.plurals().map((plural) => definitions.entity(plural)) ?? [];
  const entity = defined.find((each) => each.name === name);
  if (entity === undefined) return undefined;
  const { plural, partition: field } = entity;
  const calls = (client as unknown as Readonly<Record<string, UntypedEntityClient>>)[plural];
  const partition = field === undefined ? {} : { [field]: pk.slice(name.length + 1) };
  return calls && { calls, partition };
}

// The item lives as long as the one of the two that lives longer: to restore a write must not shorten a life.
function lifeOf(
  { ttl }: { readonly ttl?: number | undefined },
  present: { readonly ttl?: number | undefined },
  atMs: number,
): Life {
  const isLonger = present.ttl === undefined || present.ttl >= (ttl ?? Infinity);
  if (isLonger) return {};
  return { ttlSeconds: ttl === undefined ? null : Math.max(1, ttl - Math.floor(atMs / 1000)) };
}

/** The condition under which the item is as it is now, the region in which that was seen, and how long it lives. */
async function presentState(
  calls: ItemCalls,
  options: CallOptions,
): Promise<{ readonly condition: ConditionalWriteOptions; readonly ttl: number | undefined }> {
  // Outside of the session: what is to be replaced is what stands there, whatever the session has seen elsewhere.
  const outside = { ...options, session: null };
  try {
    const { answer, item } = await calls.get(outside);
    const match = answer.etag === null ? {} : { ifMatch: answer.etag };
    return { condition: { ...outside, region: answer.region, ...match }, ttl: item.ttl };
  } catch (error) {
    if (!isProblemError(error, 'item-not-found')) throw error;
    return { condition: { ...outside, region: error.region, ifNoneMatch: '*' }, ttl: undefined };
  }
}
