// Goal: the store of evacuations over the table and the one in memory keep the same promises. Method: one suite over
// both; the adapter runs against a real engine process.
import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Evacuation, EvacuationAuditEntry, EvacuationStore } from '../../src/domain/evacuation.ts';
import {
  createTableEvacuationStore,
  evacuationAuditPk,
  evacuationsPk,
} from '../../src/store/table-evacuation-store.ts';
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
    open: async () => ({
      store: memoryEvacuationStore({ clock }) as EvacuationStore,
      close: async () => {},
    }),
  },
  {
    name: 'table',
    open: async () => {
      const { client, tableName, close } = await openTable();
      const store = createTableEvacuationStore({ client, tableName, clock, onForeignRecord: () => {} });
      return { store, close };
    },
  },
];

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const timeMs = fc.integer({ min: 0, max: nowMs + 400 * dayMs });

const evacuations: fc.Arbitrary<Evacuation> = fc
  .record({
    ...{ target: fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1'), reason: text, issuedBy: text },
    ...{ issuedIn: text, issuedAtMs: timeMs, expiresAtMs: timeMs },
    ended: fc.option(fc.record({ by: text, atMs: timeMs }), { nil: undefined }),
  })
  .map(({ ended, ...rest }) => (ended === undefined ? { ...rest } : { ...rest, ended: { ...ended } }));

function entryAt(atMs: number, rest: Partial<EvacuationAuditEntry> = {}): EvacuationAuditEntry {
  return {
    ...{ id: randomUUID(), act: 'restore', target: 'eu-west-1', by: 'arn:aws:iam::1:user/kim' },
    ...{ askedIn: 'eu-central-1', atMs, ...rest },
  };
}

describe.each(adapters)('EvacuationStore over $name', ({ open }) => {
  let store: EvacuationStore;
  let close = async () => {};
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  it('read() finds the last evacuation of each region, exactly as it was kept', async () => {
    expect(await store.read({ isConsistent: true })).toStrictEqual([]);
    const last = new Map<string, Evacuation>();
    await fc.assert(
      fc.asyncProperty(evacuations, fc.boolean(), async (evacuation, isConsistent) => {
        await store.keep(evacuation);
        last.set(evacuation.target, evacuation);
        const found = await store.read({ isConsistent });
        expect(found).toHaveLength(last.size);
        expect(new Map(found.map((each) => [each.target, each]))).toStrictEqual(last);
      }),
      { numRuns: 60 },
    );
  });

  it('readAudit() gives the newest entries, newest first, exactly as they were added', async () => {
    const times = [5, 1_000_000, 30, nowMs - 1, 31, nowMs].map((each) => nowMs - 10 * dayMs + (each % dayMs));
    const entries = times.map((atMs) =>
      entryAt(atMs, { act: 'evacuate', reason: 'é', expiresAtMs: atMs + 1 }),
    );
    entries.push(entryAt(nowMs + 7));
    for (const entry of entries) await store.audit(entry);
    const newestFirst = entries.toSorted((a, b) => b.atMs - a.atMs);
    expect(await store.readAudit(50)).toStrictEqual(newestFirst);
    expect(await store.readAudit(3)).toStrictEqual(newestFirst.slice(0, 3));
  });

  it('readAudit() shows no entry that is over, although the table may still hold it', async () => {
    const before = await store.readAudit(50);
    const kept = entryAt(nowMs - 90 * dayMs + 1_000);
    for (const entry of [entryAt(nowMs - 91 * dayMs), kept]) await store.audit(entry);
    expect(await store.readAudit(50)).toStrictEqual([...before, kept]);
  });

  it('audit() keeps two entries of one millisecond', async () => {
    const pair = [entryAt(nowMs + 9), entryAt(nowMs + 9)];
    for (const entry of pair) await store.audit(entry);
    expect((await store.readAudit(2)).map(({ id }) => id).toSorted()).toStrictEqual(
      pair.map(({ id }) => id).toSorted(),
    );
  });

  it.each([
    ['read', () => store.read({ isConsistent: true, signal: AbortSignal.abort() })],
    ['keep', () => store.keep(fc.sample(evacuations, 1)[0] as Evacuation, { signal: AbortSignal.abort() })],
    ['audit', () => store.audit(entryAt(nowMs), { signal: AbortSignal.abort() })],
    ['readAudit', () => store.readAudit(1, { signal: AbortSignal.abort() })],
  ])('%s() fails with table-timeout when its time is over', async (_name, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'table-timeout' });
  });
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
  afterAll(() => table.close());

  const put = (Item: Record<string, unknown>) =>
    table.client.send(new PutCommand({ TableName: table.tableName, Item }));
  const stored = async (pk: string) => {
    const command = new QueryCommand({
      ...{ TableName: table.tableName, KeyConditionExpression: 'pk = :pk' },
      ExpressionAttributeValues: { ':pk': pk },
    });
    return (await table.client.send(command)).Items ?? [];
  };
  const sound = {
    ...{ pk: 'sys#evacuations', sk: 'region#eu-west-1', target: 'eu-west-1', reason: 'r', issuedBy: 'a' },
    ...{ issuedIn: 'eu-central-1', issuedAt: 1, expiresAt: 2, ttl: nowMs },
  };

  it('uses the partition keys that the functions’ roles name', () => {
    expect([evacuationsPk, evacuationAuditPk]).toStrictEqual([
      ...[systemKeyPatterns.evacuations, systemKeyPatterns.evacuationAudit],
    ]);
  });

  it('sends nothing but plain puts and queries, which a strongly consistent table takes', async () => {
    const aws = mockClient(DynamoDBDocumentClient);
    aws.onAnyCommand().resolves({});
    try {
      await store.keep(fc.sample(evacuations, { numRuns: 1, seed: 7 })[0] as Evacuation);
      await store.audit(entryAt(nowMs));
      await store.read({ isConsistent: true });
      await store.read({ isConsistent: false });
      await store.readAudit(5);
      const sent = aws.calls().map(({ args: [command] }) => command);
      expect(sent.map((command) => command.constructor)).toStrictEqual([
        ...[PutCommand, PutCommand, QueryCommand, QueryCommand, QueryCommand],
      ]);
      const queries = aws.commandCalls(QueryCommand).map(({ args: [{ input }] }) => input.ConsistentRead);
      expect(queries).toStrictEqual([true, false, true]);
      for (const { input } of sent.slice(0, 2))
        expect(Object.keys(input)).toStrictEqual(['TableName', 'Item']);
    } finally {
      aws.restore();
    }
  });

  it('keeps records under the keys that the roles allow, each with a ttl and without a region', async () => {
    await store.keep({
      ...{ target: 'eu-west-1', reason: 'r', issuedBy: 'a', issuedIn: 'eu-central-1' },
      ...{ issuedAtMs: nowMs, expiresAtMs: nowMs + 60_000, ended: { by: 'b', atMs: nowMs + 1 } },
    });
    expect(await stored('sys#evacuations')).toStrictEqual([
      {
        ...{ pk: 'sys#evacuations', sk: 'region#eu-west-1', target: 'eu-west-1', reason: 'r', issuedBy: 'a' },
        ...{ issuedIn: 'eu-central-1', issuedAt: nowMs, expiresAt: nowMs + 60_000 },
        ...{ endedBy: 'b', endedAt: nowMs + 1, ttl: nowMs / 1000 + 60 + 90 * 86_400 },
      },
    ]);
    await store.audit(entryAt(nowMs, { id: 'x' }));
    expect(await stored('sys#evacuation-audit')).toStrictEqual([
      {
        ...{ pk: 'sys#evacuation-audit', sk: `${nowMs}#x`, id: 'x', act: 'restore', target: 'eu-west-1' },
        ...{ by: 'arn:aws:iam::1:user/kim', askedIn: 'eu-central-1', at: nowMs },
        ttl: nowMs / 1000 + 90 * 86_400,
      },
    ]);
  });

  it.each([
    ['no target', { target: undefined }],
    ['the key of another region', { target: 'eu-central-1' }],
    ['no reason', { reason: undefined }],
    ['no operator', { issuedBy: 7 }],
    ['no region that was asked', { issuedIn: undefined }],
    ['no time of issue', { issuedAt: 'soon' }],
    ['an expiry that no date has', { expiresAt: 9e15 }],
    ['an expiry with fractions', { expiresAt: 1.5 }],
  ])('passes over a record of evacuations with %s, and tells of it', async (_what, fault) => {
    foreign.length = 0;
    const record = Object.entries({ ...sound, ...fault }).filter(([, value]) => value !== undefined);
    await put(Object.fromEntries(record));
    expect(await store.read({ isConsistent: true })).toStrictEqual([]);
    expect(foreign).toStrictEqual([{ pk: 'sys#evacuations', sk: 'region#eu-west-1' }]);
  });

  it.each([
    ['endedAt', { endedAt: 5 }, { by: '', atMs: 5 }],
    ['endedBy', { endedBy: 'kim' }, { by: 'kim', atMs: 1 }],
  ])('takes an evacuation for ended that has %s alone', async (_name, end, ended) => {
    await put({ ...sound, ...end });
    expect(await store.read({ isConsistent: true })).toMatchObject([{ ended }]);
  });

  it('passes over a record of the audit trail that is none, and tells of it', async () => {
    foreign.length = 0;
    const ttl = Math.floor(nowMs / 1000) + 60;
    await put({ pk: 'sys#evacuation-audit', sk: '9#x', id: 'x', act: 'erase', ttl });
    expect(await store.readAudit(5)).toMatchObject([{ id: 'x', act: 'restore' }]);
    expect(foreign).toStrictEqual([{ pk: 'sys#evacuation-audit', sk: '9#x' }]);
  });
});
