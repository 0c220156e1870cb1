import { seededRandom } from '@gsp/twin';
import { describe, expect, test } from 'vitest';
import { dataKeys } from '../../src/data/data-keys.ts';
import { type ClientKnowledge, createDataWorkload, type Step } from '../../src/data/data-workload.ts';
import { C, KEY, W } from '../judge/history-fixture.ts';

const REGIONS = [W, C];
const NOW_MS = Date.UTC(2026, 10, 22);

describe('createDataWorkload', () => {
  const keys = dataKeys('run', REGIONS);
  const known: ClientKnowledge = {
    region: W,
    done: [{ id: 'done', client: 'ann', idempotencyKey: 'done', kind: 'put', ...KEY }],
    tallies: new Map(),
    versions: new Map(keys.hot.map(({ pk, sk }) => [`${pk}/${sk}`, { [W]: 1 }])),
    posted: [{ pk: 'run-fresh-0', sk: 'x' }],
    usedKeys: [{ method: 'POST', path: '/write', body: { pk: 'run-fresh-0' }, key: 'used' }],
  };
  const steps = (seed: number) => {
    const random = seededRandom(seed, 'steps');
    const next = createDataWorkload({ client: 'ann', keys, random, nowMs: () => NOW_MS });
    return Array.from({ length: 2_000 }, () => next(known));
  };

  test('createDataWorkload() does everything that a client can do, each under an id of its own', () => {
    const operations = steps(1)
      .map(({ operation }) => operation)
      .filter(({ id }) => id !== 'done');
    expect(new Set(operations.map(({ kind }) => kind))).toEqual(
      new Set(['post', 'put', 'delete', 'read', 'increment', 'count', 'misuse']),
    );
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    expect(steps(1)).toEqual(steps(1));
  });

  test('createDataWorkload() works on tallies where the stage has them, and deletes only some, as it has seen them', () => {
    const own = dataKeys('run', REGIONS, true);
    const seen = { version: { [W]: 1 }, kind: 'run-kind-0', marks: ['a'] };
    const tallies = new Map(own.tallies.slice(0, -1).map(({ id }) => [id, { id, ...seen }]));
    const next = createDataWorkload({ client: 'ann', keys: own, random: seededRandom(6, 'tallies') });
    const done = Array.from({ length: 3_000 }, () => next({ ...known, tallies }).operation);
    const kinds = new Set(done.map(({ kind }) => kind));
    for (const kind of ['open', 'mark', 'drop', 'look', 'find', 'put'] as const)
      expect(kinds).toContain(kind);
    const dropped = done.flatMap((operation) => (operation.kind === 'drop' ? [operation] : []));
    const droppable = own.tallies.filter(({ isDropped }) => isDropped).map(({ id }) => id);
    expect(new Set(dropped.map(({ tally }) => tally))).toEqual(new Set(droppable));
    expect(dropped.every(({ match, removed }) => match[W] === 1 && removed.join() === 'a')).toBe(true);
  });

  test('createDataWorkload() races only what has an idempotency key', () => {
    const raced = steps(2).filter(({ isRaced }) => isRaced);
    expect(raced.length).toBeGreaterThan(20);
    expect(raced.every(({ operation }) => operation.idempotencyKey !== undefined)).toBe(true);
  });

  test('createDataWorkload() puts the time into most new keys, and repeats old ones', () => {
    const all = steps(4).map(({ operation }) => operation);
    const keyed = all.filter(({ idempotencyKey, kind }) => idempotencyKey !== undefined && kind !== 'misuse');
    const [timed, others] = [/^[0-9a-f]{8}-[0-9a-f]{4}-7/, /^key-/].map(
      (pattern) => keyed.filter(({ idempotencyKey = '' }) => pattern.test(idempotencyKey)).length,
    );
    expect(timed).toBeGreaterThan(200);
    expect(others).toBeGreaterThan(50);
    expect(all.filter(({ id }) => id === 'done').length).toBeGreaterThan(20);
  });

  test('createDataWorkload() leaves registers to their region', () => {
    const registers = new Map(keys.registers.map(({ region, ...item }) => [`${item.pk}/${item.sk}`, region]));
    const regionOf = ({ operation }: Step) =>
      'sk' in operation ? registers.get(`${operation.pk}/${operation.sk}`) : undefined;
    const all = steps(5);
    expect(all.filter((step) => step.onlyIn !== regionOf(step))).toEqual([]);
    expect(new Set(all.flatMap((step) => step.onlyIn ?? []))).toEqual(new Set(REGIONS));
  });

  test('createDataWorkload() deletes what only another region may delete in no other way', () => {
    const elsewhere = new Set(
      keys.hot.filter(({ deletedBy }) => deletedBy === C).map(({ pk, sk }) => `${pk}/${sk}`),
    );
    const deleted = steps(3).flatMap(({ operation }) => (operation.kind === 'delete' ? [operation] : []));
    expect(elsewhere.size).toBeGreaterThan(0);
    expect(deleted.length).toBeGreaterThan(100);
    expect(deleted.filter(({ pk, sk }) => elsewhere.has(`${pk}/${sk}`))).toEqual([]);
  });
});
