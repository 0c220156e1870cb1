import type { JsonObject } from '../engine/engine-client.ts';
import { isObject } from '../item/attribute-value.ts';
import type { ItemKey, KeyCodec } from '../item/item-key.ts';
import { keyOf } from '../operations/operation.ts';
import { itemOf } from '../operations/put-item.ts';
import type { ReplicaTables } from '../write/replica-table.ts';
import { ServiceError } from './service-error.ts';

/** Carries an operation out, by the request or by what is admitted of it. */
type Proceed = (request: JsonObject) => Promise<JsonObject>;

/** What a throttled operation would have done: it names the limit that DynamoDB says was exceeded. */
type Access = 'Read' | 'Write';

const SINGLE_OPERATIONS: Readonly<Record<string, Access>> = {
  GetItem: 'Read',
  Query: 'Read',
  Scan: 'Read',
  PutItem: 'Write',
  UpdateItem: 'Write',
  DeleteItem: 'Write',
};

const MESSAGE =
  'Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or ' +
  'index so please try again shortly. If exceptions persist, check if you have a hot key: ' +
  'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html';

const TARGET = /^DynamoDB_20120810\.(\w+)$/;

/** What throttling needs. */
export interface ThrottleOptions {
  readonly tables: ReplicaTables;
  /** Share of operations that are throttled, 0 to 1. */
  readonly share: number;
  /** Numbers from 0 to below 1; seeded, so that a drill can be repeated. */
  readonly random: () => number;
}

/**
 * Throttles a share of the clients' data-plane operations, as DynamoDB does with an on-demand table that is asked for
 * more than it has grown to: `ThrottlingException`, HTTP status 400, with its reasons. A batch keeps its status and
 * returns the members that were throttled as unprocessed, unless all were; a transaction is cancelled as a whole.
 * Replication, TTL deletion and streams do not come by here.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html
 */
export class Throttle {
  readonly #tables: ReplicaTables;
  readonly #random: () => number;
  #share: number;
  #throttled = 0;

  constructor({ tables, share, random }: ThrottleOptions) {
    this.#tables = tables;
    this.#share = share;
    this.#random = random;
  }

  /** Share of operations that are throttled, 0 to 1. */
  get share(): number {
    return this.#share;
  }

  /** Operations and members of batches that were throttled since the start. */
  get throttled(): number {
    return this.#throttled;
  }

  /** Sets the share, from the next operation on. */
  setShare(share: number): void {
    this.#share = share;
  }

  /**
   * Carries an operation out, wholly, in part, or not at all.
   *
   * @param target the request's `X-Amz-Target`; one that is not of the data plane is always carried out
   * @throws {ServiceError} `ThrottlingException` or `TransactionCanceledException`; and whatever `proceed` throws
   */
  admit(target: string, request: JsonObject, proceed: Proceed): Promise<JsonObject> {
    if (this.#share === 0) return proceed(request);
    const [, name = ''] = TARGET.exec(target) ?? [];
    const access = Object.hasOwn(SINGLE_OPERATIONS, name) ? SINGLE_OPERATIONS[name] : undefined;
    if (access !== undefined) return this.#admitSingle(access, request, proceed);
    switch (name) {
      case 'BatchGetItem':
        return this.#admitBatchGet(request, proceed);
      case 'BatchWriteItem':
        return this.#admitBatchWrite(request, proceed);
      case 'TransactGetItems':
      case 'TransactWriteItems':
        return this.#admitTransaction(request, proceed);
      default:
        return proceed(request);
    }
  }

  async #admitSingle(access: Access, request: JsonObject, proceed: Proceed): Promise<JsonObject> {
    if (this.#takesOne()) throw this.#exception(access, [request.TableName]);
    return proceed(request);
  }

  /** A get names its keys, and each table's other parameters hold for all of them. */
  #admitBatchGet(request: JsonObject, proceed: Proceed): Promise<JsonObject> {
    const keysOf = (entry: unknown) => (isObject(entry) ? entry.Keys : undefined);
    const withKeys = (entry: unknown, keys: readonly unknown[]) => ({ ...Object(entry), Keys: keys });
    return this.#admitBatch(request, {
      proceed,
      access: 'Read',
      membersOf: keysOf,
      withMembers: withKeys,
      keyOfMember: (member, keys) => keys.ofKey(keyOf(member)),
    });
  }

  #admitBatchWrite(request: JsonObject, proceed: Proceed): Promise<JsonObject> {
    const withMembers = (_: unknown, members: readonly unknown[]) => members;
    return this.#admitBatch(request, {
      proceed,
      access: 'Write',
      membersOf: (entry) => entry,
      withMembers,
      keyOfMember: keyOfWrite,
    });
  }

  async #admitBatch(request: JsonObject, form: BatchForm): Promise<JsonObject> {
    const tables = Object.entries(isObject(request.RequestItems) ? request.RequestItems : {});
    const members = tables.map(([, entry]) => form.membersOf(entry));
    const total = members.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0);
    // What is no batch, or too long a one, or has a member twice, is refused for that, as if nothing were wrong with the
    // table: a member that is throttled is validated too, and nothing is read or written of a batch that is not valid.
    if (!members.every(Array.isArray) || total === 0 || total > MEMBERS_MAX[form.access])
      return form.proceed(request);
    if (!this.#namesEachItemOnce(tables, form)) return form.proceed(request);
    const split = tables.map(([tableName, entry], index) => {
      const [kept, left] = this.#divide(members[index] ?? []);
      return { tableName, entry, kept, left };
    });
    const part = (name: 'kept' | 'left') =>
      Object.fromEntries(
        split
          .filter((table) => table[name].length > 0)
          .map((table) => [table.tableName, form.withMembers(table.entry, table[name])]),
      );
    const [kept, left] = [part('kept'), part('left')];
    if (Object.keys(left).length === 0) return form.proceed(request);
    if (Object.keys(kept).length === 0) throw this.#exception(form.access, Object.keys(left));
    const answer = await form.proceed({ ...request, RequestItems: kept });
    const unprocessed = form.access === 'Read' ? 'UnprocessedKeys' : 'UnprocessedItems';
    return { ...answer, [unprocessed]: merged(answer[unprocessed], left, form) };
  }

  /** Whether every member of a batch has a key of its table, and no two the same. */
  #namesEachItemOnce(tables: readonly (readonly [string, unknown])[], form: BatchForm): boolean {
    const seen = new Set<string>();
    return tables.every(([tableName, entry]) => {
      const { name, keys } = this.#tables.require(tableName);
      const members = form.membersOf(entry);
      return (Array.isArray(members) ? members : []).every((member: unknown) => {
        const key = keyOrNothing(() => form.keyOfMember(member, keys));
        const known = seen.has(`${name} ${key}`);
        seen.add(`${name} ${key}`);
        return key !== undefined && !known;
      });
    });
  }

  #divide(members: readonly unknown[]): [kept: unknown[], left: unknown[]] {
    const kept: unknown[] = [];
    const left: unknown[] = [];
    for (const member of members) (this.#takesOne() ? left : kept).push(member);
    return [kept, left];
  }

  /** A transaction is one operation: throttled at one of its members, which the reasons name, all of it is cancelled. */
  async #admitTransaction(request: JsonObject, proceed: Proceed): Promise<JsonObject> {
    const { TransactItems: items } = request;
    if (!Array.isArray(items) || items.length === 0 || !this.#takesOne()) return proceed(request);
    const throttled = Math.floor(this.#random() * items.length);
    const reasons = items.map((_, index) =>
      index === throttled ? { Code: 'ThrottlingError', Message: MESSAGE } : { Code: 'None' },
    );
    throw new ServiceError(
      'TransactionCanceledException',
      `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons.map(({ Code }) => Code).join(', ')}]`,
      { details: { CancellationReasons: reasons } },
    );
  }

  /** Numbers are below 1, so that a share of 1 takes every operation. */
  #takesOne(): boolean {
    if (this.#random() >= this.#share) return false;
    this.#throttled += 1;
    return true;
  }

  #exception(access: Access, tableNames: readonly unknown[]): ServiceError {
    // A table that is not there is refused for that, by the same call that would find it.
    const throttlingReasons = tableNames.map((tableName) => ({
      reason: `Table${access}KeyRangeThroughputExceeded`,
      resource: this.#tables.require(tableName).arn,
    }));
    return new ServiceError('ThrottlingException', MESSAGE, { details: { throttlingReasons } });
  }
}

/** How the members of a batch stand in its request. */
interface BatchForm {
  readonly access: Access;
  readonly proceed: Proceed;
  readonly membersOf: (entry: unknown) => unknown;
  readonly withMembers: (entry: unknown, members: readonly unknown[]) => unknown;
  /** @throws {ServiceError} when the member has no key of its table */
  readonly keyOfMember: (member: unknown, keys: KeyCodec) => ItemKey;
}

function keyOfWrite(member: unknown, keys: KeyCodec): ItemKey {
  const put = isObject(member) ? member.PutRequest : undefined;
  const remove = isObject(member) ? member.DeleteRequest : undefined;
  return isObject(put) ? keys.ofItem(itemOf(put.Item)) : keys.ofKey(keyOf(isObject(remove) && remove.Key));
}

/** Nothing for a member that is not valid; whoever carries the batch out says what is wrong with it. */
function keyOrNothing(read: () => ItemKey): ItemKey | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

/** As many members as a batch may have. */
const MEMBERS_MAX: Readonly<Record<Access, number>> = { Read: 100, Write: 25 };

/** What the engine left unprocessed by itself, together with what was throttled. */
function merged(
  unprocessed: unknown,
  left: Readonly<Record<string, unknown>>,
  { membersOf, withMembers }: BatchForm,
): Record<string, unknown> {
  const all: Record<string, unknown> = isObject(unprocessed) ? { ...unprocessed } : {};
  for (const [tableName, entry] of Object.entries(left)) {
    const before = membersOf(all[tableName]);
    const members = membersOf(entry);
    const joined = [...(Array.isArray(before) ? before : []), ...(Array.isArray(members) ? members : [])];
    all[tableName] = withMembers(entry, joined);
  }
  return all;
}
