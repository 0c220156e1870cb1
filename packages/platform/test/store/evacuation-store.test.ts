// Goal: the store of evacuations over the table and the one in memory keep the same promises. Method: one suite over
// both; the adapter runs against a real engine process.
import { randomUUID } from 'node:crypto';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type EvacuationEntry,
  type EvacuationStore,
  evacuationWindowMs,
} from '../../src/domain/evacuation.ts';
import { createTableEvacuationStore, evacuationsPk } from '../../src/store/table-evacuation-store.ts';
import { systemKeyPatterns } from '../../src/topology/names.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { memoryEvacuationStore } from './memory-evacuation-store.ts';
import { type OpenTable, openTable } from './open-table.ts';

const nowMs = Date.parse('2026-11-22T12:00:00.000Z');
const dayMs = 86_400_000;
const clock = manualClock(nowMs);

const adapters = [
  {
    name: 'memory',
    open: async () => ({ empty: async () => memoryEvacuationStore({ clock }), close: async () => {} }),
  },
  {
    name: 'table',
    open: async () => {
      const table = await openTable();
      const { client, tableName, close } = table;
      const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord: () => {} });
      const empty = async () => {
        await emptyTrail(table);
        return store;
      };
      return { empty, close };
    },
  },
];

async function emptyTrail({ client, tableName }: OpenTable): Promise<void> {
  for (const { pk, sk } of await storedIn({ client, tableName }))
    await client.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }));
}

async function storedIn({ client, tableName }: Pick<OpenTable, 'client' | 'tableName'>) {
  const command = new QueryCommand({
    ...{ TableName: tableName, KeyConditionExpression: 'pk = :pk' },
    ExpressionAttributeValues: { ':pk': evacuationsPk },
  });
  return (await client.send(command)).Items ?? [];
}

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const timeMs = fc.integer({ min: 0, max: nowMs + 400 * dayMs });
const regionName = fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1');

const entries: fc.Arbitrary<EvacuationEntry> = fc
  .record({
    ...{ id: fc.uuid(), target: regionName, by: text, askedIn: text, reason: text },
    ...{ atMs: fc.integer({ min: nowMs - evacuationWindowMs, max: nowMs + dayMs }) },
    ...{ issuedAtMs: timeMs, expiresAtMs: timeMs },
    over: fc.option(fc.dictionary(regionName, timeMs, { noNullPrototype: true }), { nil: undefined }),
    isRestoration: fc.boolean(),
  })
  .map(({ isRestoration, id, target, by, askedIn, atMs, over, ...rest }) => {
    const entry = { id, target, by, askedIn, atMs };
    if (isRestoration) return { ...entry, act: 'restore' };
    return { ...entry, act: 'evacuate', ...rest, ...(over === undefined ? {} : { over }) };
  });

function restorationAt(atMs: number): EvacuationEntry {
  return {
    ...{ id: randomUUID(), act: 'restore', target: 'eu-west-1', by: 'arn:aws:iam::1:user/kim' },
    ...{ askedIn: 'eu-central-1', atMs },
  };
}

const byId = (found: readonly EvacuationEntry[]) => new Map(found.map((entry) => [entry.id, entry]));

describe.each(adapters)('EvacuationStore over $name', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let store: EvacuationStore;
  beforeAll(async () => {
    opened = await open();
  });
  beforeEach(async () => {
    store = await opened.empty();
  });
  afterAll(() => opened.close());

  it('read() finds every entry, exactly as it was added', async () => {
    expect(await store.read({ isConsistent: true })).toStrictEqual([]);
    const added = new Map<string, EvacuationEntry>();
    await fc.assert(
      fc.asyncProperty(entries, fc.boolean(), async (entry, isConsistent) => {
        await store.add(entry);
        added.set(entry.id, entry);
        expect(byId(await store.read({ isConsistent }))).toStrictEqual(added);
      }),
      { numRuns: 60 },
    );
  });

  it('read() leaves out what is older than matters', async () => {
    const kept = restorationAt(nowMs - evacuationWindowMs);
    await store.add(restorationAt(nowMs - evacuationWindowMs - 1));
    await store.add(kept);
    expect(await store.read({ isConsistent: true })).toStrictEqual([kept]);
  });

  it('readTrail() gives the newest entries, newest first, exactly as they were added', async () => {
    const added = fc.sample(entries, 6).map((entry, index) => ({ ...entry, atMs: nowMs - index * dayMs }));
    for (const entry of added.toReversed()) await store.add(entry);
    expect(await store.readTrail(50)).toStrictEqual({ entries: added, unreadable: [] });
    expect(await store.readTrail(3)).toStrictEqual({ entries: added.slice(0, 3), unreadable: [] });
  });

  it('readTrail() shows no entry that is over, although the table may still hold it', async () => {
    const kept = restorationAt(nowMs - 90 * dayMs + 1_000);
    for (const entry of [restorationAt(nowMs - 91 * dayMs), kept]) await store.add(entry);
    expect(await store.readTrail(50)).toStrictEqual({ entries: [kept], unreadable: [] });
  });

  it('add() keeps two entries of one millisecond, and one that is added twice once', async () => {
    const pair = [restorationAt(nowMs), restorationAt(nowMs)];
    for (const entry of [...pair, ...pair]) await store.add(entry);
    const { entries: found } = await store.readTrail(5);
    expect(byId(found)).toStrictEqual(byId(pair));
    expect(found).toHaveLength(2);
  });

  it.each(['read', 'add', 'readTrail'] as const)(
    '%s() fails with table-timeout when its time is over',
    async (name) => {
      const over = { signal: AbortSignal.abort() };
      const calls = {
        read: () => store.read({ isConsistent: true, ...over }),
        add: () => store.add(restorationAt(nowMs), over),
        readTrail: () => store.readTrail(1, over),
      };
      await expect(calls[name]()).rejects.toMatchObject({ code: 'table-timeout' });
    },
  );
});

describe('createTableEvacuationStore()', () => {
  const foreign: unknown[] = [];
  let table: OpenTable;
  let store: EvacuationStore;
  beforeAll(async () => {
    table = await openTable();
    const { client, tableName } = table;
    store = createTableEvacuationStore({
      ...{ client, tableName, clock, onForeignRecord: (key) => foreign.push(key) },
    });
  });
  beforeEach(() => emptyTrail(table));
  afterAll(() => table.close());

  const put = (Item: Record<string, unknown>) =>
    table.client.send(new PutCommand({ TableName: table.tableName, Item }));
  const sound = {
    ...{ pk: 'sys#evacuation-audit', sk: `${nowMs}#x`, id: 'x', act: 'evacuate', target: 'eu-west-1' },
    ...{ by: 'arn:kim', askedIn: 'eu-central-1', at: nowMs, reason: 'r', issuedAt: 1, expiresAt: 2 },
    ...{ over: { 'eu-west-1': 3 }, ttl: nowMs },
  };
  const putWith = (fault: Record<string, unknown>) => {
    const members = Object.entries({ ...sound, ...fault }).filter(([, value]) => value !== undefined);
    return put(Object.fromEntries(members));
  };

  it('uses the partition key that the functions’ roles name', () => {
    expect(evacuationsPk).toBe(systemKeyPatterns.evacuations);
  });

  it('sends nothing but plain puts and queries, which a strongly consistent table takes', async () => {
    const aws = mockClient(DynamoDBDocumentClient);
    aws.onAnyCommand().resolves({});
    try {
      await store.add(restorationAt(nowMs));
      await store.read({ isConsistent: true });
      await store.read({ isConsistent: false });
      await store.readTrail(5);
      const sent = aws.calls().map(({ args: [command] }) => command);
      expect(sent.map((command) => command.constructor)).toStrictEqual([
        ...[PutCommand, QueryCommand, QueryCommand, QueryCommand],
      ]);
      const queries = aws.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.ConsistentRead);
      expect(queries).toStrictEqual([true, false, true]);
      expect(Object.keys(sent[0]?.input ?? {})).toStrictEqual(['TableName', 'Item']);
    } finally {
      aws.restore();
    }
  });

  it('keeps entries under the key that the roles allow, each with a ttl and without a region', async () => {
    await store.add({
      ...{ id: 'x', act: 'evacuate', target: 'eu-west-1', by: 'arn:kim', askedIn: 'eu-central-1' },
      ...{ atMs: nowMs, reason: 'r', issuedAtMs: 1, expiresAtMs: 2, over: { 'eu-west-1': 3 } },
    });
    const ttl = nowMs / 1000 + 90 * 86_400;
    expect(await storedIn(table)).toStrictEqual([{ ...sound, ttl }]);
    await store.add({ ...restorationAt(nowMs + 1), id: 'y' });
    expect((await storedIn(table))[1]).toStrictEqual({
      ...{ pk: 'sys#evacuation-audit', sk: `${nowMs + 1}#y`, id: 'y', act: 'restore', target: 'eu-west-1' },
      ...{ by: 'arn:aws:iam::1:user/kim', askedIn: 'eu-central-1', at: nowMs + 1, ttl },
    });
  });

  it('reads what versions up to 0.2 entered, which know neither place nor what is over', async () => {
    await putWith({ issuedAt: undefined, over: undefined });
    expect(await store.read({ isConsistent: true })).toStrictEqual([
      {
        ...{ id: 'x', act: 'evacuate', target: 'eu-west-1', by: 'arn:kim', askedIn: 'eu-central-1' },
        ...{ atMs: nowMs, reason: 'r', issuedAtMs: nowMs, expiresAtMs: 2 },
      },
    ]);
  });

  it.each([
    ['no target', { target: undefined }],
    ['no id', { id: 7 }],
    ['no reason', { reason: undefined }],
    ['no operator', { by: 7 }],
    ['no region that was asked', { askedIn: undefined }],
    ['another act', { act: 'erase' }],
    ['no time', { at: 'soon' }],
    ['a place that is no time', { issuedAt: 'soon' }],
    ['an expiry that no date has', { expiresAt: 9e15 }],
    ['an expiry with fractions', { expiresAt: 1.5 }],
    ['no times of what is over', { over: ['eu-west-1'] }],
    ['a set of what is over', { over: new Set(['eu-west-1']) }],
    ['no ttl either', { at: 'soon', ttl: undefined }],
  ])('names a record with %s in the trail, and decides without it', async (_what, fault) => {
    foreign.length = 0;
    await putWith(fault);
    const key = { pk: 'sys#evacuation-audit', sk: `${nowMs}#x` };
    expect(await store.read({ isConsistent: true })).toStrictEqual([]);
    expect(await store.readTrail(5)).toStrictEqual({ entries: [], unreadable: [key] });
    expect(foreign).toStrictEqual([key, key]);
  });
});
