// Goal: the conflict log of the table and the one in memory keep the same promises. Method: one suite over both; the
// adapter runs against a real engine process. Where they differ on purpose (what a cursor says, whether a page may be
// short) the suite does not look.
import { deepStrictEqual } from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Conflict, LoggedConflict } from '../../src/contract/conflict.ts';
import { limits } from '../../src/contract/limits.ts';
import {
  type ConflictLog,
  type ConflictQuery,
  conflictOf,
  type LostWriteId,
} from '../../src/domain/conflict-log.ts';
import { createTableConflictLog } from '../../src/store/table-conflict-log.ts';
import { manualClock } from '../domain/manual-clock.ts';
import { imageIn } from './arbitraries.ts';
import { memoryConflictLog } from './memory-conflict-log.ts';
import { type OpenTable, openTable } from './open-table.ts';

const clock = manualClock(Date.parse('2026-11-22T12:00:00.000Z'));
const nowSeconds = Date.parse('2026-11-22T12:00:00.000Z') / 1000;
const hourMs = 3_600_000;

const adapters = [
  {
    name: 'memory',
    open: async () => ({ log: memoryConflictLog({ clock }) as ConflictLog, close: async () => {} }),
  },
  {
    name: 'table',
    open: async () => {
      const { client, tableName, close } = await openTable();
      const log = createTableConflictLog({ client, tableName, clock, onForeignRecord: () => {} });
      return { log, close };
    },
  },
];

function idOf(pk: string, atMs: number, rest: Partial<LostWriteId> = {}): LostWriteId {
  return { pk, item: '0123456789abcdef', dot: 7, updatedAtMs: atMs, history: [], isQuiet: false, ...rest };
}

function conflictOn({ pk, updatedAtMs, dot }: LostWriteId, ttl = nowSeconds + 60): LoggedConflict {
  const updatedAt = new Date(updatedAtMs).toISOString();
  const version = { 'eu-west-1': dot };
  return {
    loser: { pk, sk: 'a', createdAt: updatedAt, updatedAt, ttl: 1_795_000_000, region: 'eu-west-1', version },
    winner: { region: 'eu-central-1', version: { 'eu-central-1': 3 }, updatedAt },
    ...{ detectedAt: updatedAt, detectedIn: 'eu-west-1', ttl },
  };
}

/** An entry with its id, as it is read. */
function read(id: LostWriteId, conflict = conflictOn(id)): Conflict {
  const { pk, updatedAtMs, item, dot } = id;
  const name = `${String(updatedAtMs).padStart(13, '0')}#${item}#${dot}#${pk}`;
  return { id: Buffer.from(name).toString('base64url'), ...conflict };
}

/** Reads a list to its end. */
async function listAll(log: ConflictLog, { pk, limit, isVisible }: Omit<ConflictQuery, 'after'>) {
  const found: Conflict[] = [];
  let after: string | undefined;
  for (let reads = 0; reads < 200; reads++) {
    const query = {
      limit,
      ...(pk === undefined ? {} : { pk }),
      ...(after === undefined ? {} : { after }),
      ...(isVisible && { isVisible }),
    };
    const { entries: conflicts, next } = await log.list(query);
    expect(conflicts.length).toBeLessThanOrEqual(limit);
    found.push(...conflicts);
    after = next;
    if (after === undefined) return found;
  }
  throw new Error('Cannot read the list: it does not end');
}

describe.each(adapters)('ConflictLog over $name', ({ open }) => {
  let log: ConflictLog;
  let close = async () => {};
  beforeAll(async () => {
    ({ log, close } = await open());
  });
  afterAll(() => close());

  it('find() returns exactly what record() stored, whatever was lost', async () => {
    const pk = randomUUID();
    await fc.assert(
      fc.asyncProperty(imageIn(pk), imageIn(pk), fc.boolean(), async (lost, other, isRemoved) => {
        // An item of its own in each run, as two runs may well draw the same dot and time.
        const item = randomUUID();
        const { dot, history } = lost;
        const id = idOf(pk, Date.parse(lost.updatedAt), { dot, history, item });
        const seen = { atMs: clock.nowMs(), region: 'eu-west-1', ttlSeconds: 60 };
        const conflict = conflictOf(lost, isRemoved ? undefined : other, seen);
        expect(await log.record(id, conflict)).toBe(true);
        // Not Vitest's own comparison: it takes a member named "constructor" for the type of the value.
        deepStrictEqual(await log.find(id), { conflict: read(id, conflict), dot: id.dot, history });
      }),
      { numRuns: 100 },
    );
  });

  it('record() keeps the first entry of an id and says that the second is not new', async () => {
    const id = idOf(randomUUID(), 1);
    const first = conflictOn(id);
    expect(await log.record(id, first)).toBe(true);
    expect(await log.record(id, { ...first, detectedIn: 'us-east-1' })).toBe(false);
    expect(await log.find(id)).toStrictEqual({ conflict: read(id), dot: id.dot, history: [] });
    expect(await listAll(log, { pk: id.pk, limit: 5 })).toStrictEqual([read(id)]);
  });

  it('keeps and lists what was lost under the longest key that an entity has', async () => {
    const pk = `${'n'.repeat(32)}~${randomUUID()}${'😀'.repeat(92)}`;
    expect([...pk].length).toBe(limits.storedPkCharactersMax);
    const ids = [idOf(pk, 1), idOf(pk, 2)];
    for (const id of ids) await log.record(id, conflictOn(id));
    const newestFirst = ids.map((id) => read(id)).reverse();
    expect(await listAll(log, { pk, limit: 1 })).toStrictEqual(newestFirst);
    const all = await listAll(log, { limit: 7 });
    expect(all.filter(({ loser }) => loser.pk === pk)).toStrictEqual(newestFirst);
  });

  it('record() is new once when regions and redeliveries are many at once', async () => {
    const id = idOf(randomUUID(), 1);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => log.record(id, conflictOn(id))));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['an hour before', -hourMs],
    ['24 h after', 24 * hourMs],
    ['24 h before', -24 * hourMs],
  ])('find() finds a keyed write by its dot when another region made it %s', async (_when, byMs) => {
    const atMs = Date.parse('2026-11-22T00:00:00.000Z');
    const id = idOf(randomUUID(), atMs);
    await log.record(idOf(id.pk, atMs + byMs, { dot: 8 }), conflictOn(idOf(id.pk, atMs + byMs, { dot: 8 })));
    await log.record(
      idOf(id.pk, atMs + byMs, { item: 'ffffffffffffffff' }),
      conflictOn(idOf(id.pk, atMs + byMs)),
    );
    const other = idOf(id.pk, atMs + byMs);
    const conflict = conflictOn(other);
    await log.record(idOf(id.pk, atMs + byMs), conflict);
    expect(await log.find(id)).toStrictEqual({ conflict: read(other), dot: id.dot, history: [] });
  });

  it.each([
    ['another dot', { dot: 8 }],
    ['another item', { item: 'ffffffffffffffff' }],
    ['a time more than 24 h before', { updatedAtMs: hourMs - 1 }],
  ])('find() finds nothing when all there is has %s', async (_what, difference) => {
    const id = idOf(randomUUID(), 25 * hourMs);
    await log.record({ ...id, ...difference }, conflictOn({ ...id, ...difference }));
    expect(await log.find(id)).toBeUndefined();
    expect(await log.find({ ...id, pk: randomUUID() })).toBeUndefined();
  });

  it('find() finds the loss of what the lost write was made from, however much later that was', async () => {
    const id = idOf(randomUUID(), hourMs, { dot: 3 });
    const later = idOf(id.pk, 900 * hourMs, { dot: 9, history: [2, 3, 5] });
    await log.record(later, conflictOn(later));
    expect(await log.find(id)).toStrictEqual({
      conflict: read(later),
      dot: later.dot,
      history: [2, 3, 5],
    });
    expect(await log.find({ ...id, dot: 4 })).toBeUndefined();
    // By the dot alone: whoever asks with a key's time does not know when the write was made.
    const found = { conflict: read(later), dot: later.dot, history: [2, 3, 5] };
    for (const dot of [3, 9]) expect(await log.findDot({ ...id, dot })).toStrictEqual(found);
    expect(await log.findDot({ ...id, dot: 4 })).toBeUndefined();
    expect(await log.findDot({ ...id, item: 'another' })).toBeUndefined();
  });

  it('list() shows no quiet entry, find() finds it', async () => {
    const quiet = idOf(randomUUID(), 1, { isQuiet: true });
    expect(await log.record(quiet, conflictOn(quiet))).toBe(true);
    expect(await listAll(log, { pk: quiet.pk, limit: 5 })).toStrictEqual([]);
    expect(await log.find(quiet)).toMatchObject({ conflict: conflictOn(quiet) });
  });

  it('acknowledge() takes one entry off the list, find() finds it, and no redelivery lists it again', async () => {
    const pk = `${randomUUID()}#é`;
    const ids = [1, 2, 3].map((atMs) => idOf(pk, atMs));
    for (const id of ids) await log.record(id, conflictOn(id));
    const [first, second, third] = await listAll(log, { pk, limit: 5 });
    for (const _time of [1, 2]) expect(await log.acknowledge(second?.id ?? '')).toBe(true);
    expect(await listAll(log, { pk, limit: 1 })).toStrictEqual([first, third]);
    const id = idOf(pk, 2);
    expect(await log.record(id, conflictOn(id))).toBe(false);
    expect(await listAll(log, { pk, limit: 5 })).toStrictEqual([first, third]);
    expect(await log.find(id)).toStrictEqual({ conflict: second, dot: id.dot, history: [] });
  });

  it('acknowledge() refuses whom it is told to, and takes nothing off the list then', async () => {
    const id = idOf(randomUUID(), 1);
    await log.record(id, conflictOn(id));
    const entry = read(id);
    const requireOwner = vi.fn((_: Conflict) => {
      throw new Error('not yours');
    });
    await expect(log.acknowledge(entry.id, { requireOwner })).rejects.toThrow('not yours');
    expect(requireOwner.mock.calls).toStrictEqual([[entry]]);
    expect(await listAll(log, { pk: id.pk, limit: 5 })).toStrictEqual([entry]);
    expect(await log.acknowledge(entry.id, { requireOwner: () => {} })).toBe(true);
    expect(await listAll(log, { pk: id.pk, limit: 5 })).toStrictEqual([]);
    expect(await log.acknowledge(read(idOf(randomUUID(), 1)).id, { requireOwner })).toBe(false);
  });

  it.each([1, 2, 5])('list() leaves out what it is told to, page by page of %i, and ends', async (limit) => {
    const pk = randomUUID();
    const ids = Array.from({ length: 9 }, (_, at) => idOf(pk, at + 1));
    for (const id of ids) await log.record(id, conflictOn(id));
    const isVisible = ({ loser }: Conflict) => Date.parse(loser.updatedAt) % 3 === 0;
    const wanted = ids.filter(({ updatedAtMs }) => updatedAtMs % 3 === 0).map((id) => read(id));
    expect(await listAll(log, { pk, limit, isVisible })).toStrictEqual(wanted.reverse());
    expect(
      await listAll(log, {
        limit,
        isVisible: ({ loser }) => loser.pk === pk && isVisible({ loser } as Conflict),
      }),
    ).toStrictEqual(wanted);
    expect(await listAll(log, { pk, limit, isVisible: () => false })).toStrictEqual([]);
  });

  it('acknowledge() makes nothing of an id that no entry has, or whose entry is over', async () => {
    const over = idOf(randomUUID(), 1);
    await log.record(over, conflictOn(over, nowSeconds));
    const missing = idOf(randomUUID(), 1);
    const { id } = read(missing);
    for (const each of [id, `${id}A`, `${id}==`, '', 'x', read(over).id])
      expect(await log.acknowledge(each)).toBe(false);
    expect(await log.find(missing)).toBeUndefined();
  });

  it('list() of a partition key reads the latest lost write first, each once, by slices', async () => {
    const pk = randomUUID();
    const ids = [5, 1_000_000, 30, 1_795_000_000_000, 31].map((atMs) => idOf(pk, atMs));
    for (const id of ids) await log.record(id, conflictOn(id));
    for (const limit of [1, 2, 5, 10]) {
      const times = (await listAll(log, { pk, limit })).map(({ loser }) => Date.parse(loser.updatedAt));
      expect(times).toStrictEqual([1_795_000_000_000, 1_000_000, 31, 30, 5]);
    }
  });

  it('list() shows no entry whose time is over, although the log may still hold it', async () => {
    const pk = randomUUID();
    for (const [atMs, ttl] of [
      [1, nowSeconds - 1],
      [2, nowSeconds + 1],
      [3, nowSeconds],
    ] as const)
      await log.record(idOf(pk, atMs), conflictOn(idOf(pk, atMs), ttl));
    for (const limit of [1, 10]) {
      const found = await listAll(log, { pk, limit });
      expect(found.map(({ ttl }) => ttl)).toStrictEqual([nowSeconds + 1]);
    }
  });

  it('list() of all reads partition key by partition key, each entry once', async () => {
    const common = randomUUID();
    const pks = ['a', 'b', 'c', 'é', '\u{1f600}', '\uffee'].map((tail) => `${common}${tail}`);
    const expected: [string, number][] = [];
    for (const [index, pk] of pks.entries()) {
      for (let atMs = 1; atMs <= (index % 3) + 1; atMs++) {
        await log.record(idOf(pk, atMs), conflictOn(idOf(pk, atMs)));
        expected.push([pk, atMs]);
      }
    }
    const bytes = Buffer.from;
    const order = expected.sort(([a, t], [b, u]) => Buffer.compare(bytes(a), bytes(b)) || u - t);
    for (const limit of [1, 2, 3, 7, 100]) {
      const found = await listAll(log, { limit });
      const own = found.filter(({ loser }) => loser.pk.startsWith(common));
      expect(own.map(({ loser }) => [loser.pk, Date.parse(loser.updatedAt)])).toStrictEqual(order);
    }
  });

  it.each(['record', 'find', 'list', 'acknowledge'] as const)(
    '%s() fails with table-timeout when its signal is aborted',
    async (call) => {
      const signal = AbortSignal.abort();
      const id = idOf('a', 1);
      const calls = {
        record: () => log.record(id, conflictOn(id), { signal }),
        find: () => log.find(id, { signal }),
        list: () => log.list({ limit: 1 }, { signal }),
        acknowledge: () => log.acknowledge(read(id).id, { signal }),
      };
      await expect(calls[call]()).rejects.toMatchObject({ name: 'PlatformError', code: 'table-timeout' });
    },
  );
});

describe('createTableConflictLog()', () => {
  let table: OpenTable;
  let log: ConflictLog;
  const foreign: unknown[] = [];
  beforeAll(async () => {
    table = await openTable();
    const { client, tableName } = table;
    log = createTableConflictLog({ client, tableName, clock, onForeignRecord: (key) => foreign.push(key) });
  });
  afterAll(() => table.close());

  const recordsOf = async (pk: string) => {
    const { client, tableName } = table;
    const command = new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    });
    return (await client.send(command)).Items ?? [];
  };
  const put = (Item: Record<string, unknown>) =>
    table.client.send(new PutCommand({ TableName: table.tableName, Item }));

  it('names an entry by the lost write alone, and has no attribute that the stream’s filter looks for', async () => {
    const id = idOf('named', 1_795_000_000_123);
    await log.record(id, conflictOn(id));
    const [record] = await recordsOf('sys#conflict#named');
    expect(record).toMatchObject({ sk: '1795000000123#0123456789abcdef#7', item: id.item, dot: 7 });
    expect(record).not.toHaveProperty('region');
    expect((await recordsOf('sys#conflicts')).find(({ sk }) => sk === 'named')).not.toHaveProperty('region');
  });

  it('enters the partition key into the index when only the entry was left of an earlier attempt', async () => {
    const id = idOf('half-done', 1);
    await log.record(id, conflictOn(id));
    await put({ pk: 'sys#conflicts', sk: 'half-done', ttl: 1 });
    expect(await log.record(id, conflictOn(id))).toBe(false);
    const [entry] = (await recordsOf('sys#conflicts')).filter(({ sk }) => sk === 'half-done');
    expect(entry?.ttl).toBeGreaterThan(nowSeconds + 60);
  });

  it('never shortens the life of the index’s record when an old conflict is delivered again', async () => {
    const later = idOf('kept', 2);
    await log.record(later, conflictOn(later, nowSeconds + 1_000_000));
    const earlier = idOf('kept', 1);
    await log.record(earlier, conflictOn(earlier, nowSeconds + 60));
    const [entry] = (await recordsOf('sys#conflicts')).filter(({ sk }) => sk === 'kept');
    expect(entry?.ttl).toBeGreaterThan(nowSeconds + 1_000_000);
  });

  it.each([nowSeconds + 60, 'soon', undefined])(
    'names records of other programs, whatever their ttl (%s)',
    async (ttl) => {
      foreign.length = 0;
      const pk = randomUUID();
      const id = idOf(pk, 1_000);
      const key = { pk: `sys#conflict#${pk}`, sk: '5' };
      await log.record(id, conflictOn(id));
      await put({ ...key, ...(ttl === undefined ? {} : { ttl }) });
      for (const query of [{ pk }, {}]) {
        const unreadable: unknown[] = [];
        const found: Conflict[] = [];
        let next: string | undefined;
        do {
          const page = await log.list({ ...query, limit: 1, ...(next === undefined ? {} : { after: next }) });
          expect(page.entries.length + page.unreadable.length).toBeLessThanOrEqual(1);
          found.push(...page.entries);
          unreadable.push(...page.unreadable);
          next = page.next;
        } while (next !== undefined);
        expect(found).toContainEqual(read(id));
        expect(unreadable).toContainEqual(key);
      }
      expect(foreign).toContainEqual(key);
    },
  );

  it('record() fails where a record of another program has the place of the entry', async () => {
    const id = idOf(randomUUID(), 1_000);
    const key = { pk: `sys#conflict#${id.pk}`, sk: '0000000001000#0123456789abcdef#7' };
    await put({ ...key, note: 'confidential' });
    await expect(log.record(id, conflictOn(id))).rejects.toMatchObject({ code: 'foreign-item', key });
  });

  it('acknowledge() names a record of another program, and leaves it as it was', async () => {
    const id = idOf(randomUUID(), 1_000);
    const key = { pk: `sys#conflict#${id.pk}`, sk: '0000000001000#0123456789abcdef#7' };
    await put({ ...key, note: 'confidential' });
    await expect(log.acknowledge(read(id).id)).rejects.toMatchObject({ code: 'foreign-item', key });
    expect(await recordsOf(key.pk)).toStrictEqual([{ ...key, note: 'confidential' }]);
  });

  it('list() ends a page by its bytes, of one partition key and of all', async () => {
    const pk = randomUUID();
    const ids = Array.from({ length: 12 }, (_, index) => idOf(pk, 1_000 + index));
    for (const id of ids) {
      const conflict = conflictOn(id);
      await log.record(id, { ...conflict, loser: { ...conflict.loser, data: '"'.repeat(90_000) } });
    }
    for (const query of [{ pk }, {}]) {
      let found = 0;
      let next: string | undefined;
      do {
        const page = await log.list({ ...query, limit: 100, ...(next === undefined ? {} : { after: next }) });
        expect(Buffer.byteLength(JSON.stringify(page.entries))).toBeLessThan(limits.pageBytesMax + 2);
        found += page.entries.filter(({ loser }) => loser.pk === pk).length;
        next = page.next;
      } while (next !== undefined);
      expect(found).toBe(ids.length);
    }
  });

  it('ends a slice after a bounded number of reads and says where to go on', async () => {
    for (let n = 100; n < 160; n++)
      await put({ pk: 'sys#conflicts', sk: `empty-${n}`, ttl: nowSeconds + 60 });
    const { entries, next } = await log.list({ limit: 100, after: '5:empty' });
    expect(entries).toStrictEqual([]);
    expect(next).toMatch(/^9:empty-1\d\d$/);
  });

  it.each(['', 'x', '1:', '0:a', '2:a', '01:a', `1:a${'b'.repeat(1_025)}`])(
    'refuses %j as a position in the list of all',
    async (after) => {
      await expect(log.list({ limit: 1, after })).rejects.toMatchObject({ code: 'invalid-cursor' });
    },
  );
});
