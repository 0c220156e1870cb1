import { seededRandom } from '@gsp/twin';
import { describe, expect, test } from 'vitest';
import { type ClientKnowledge, createDataWorkload, dataKeys } from '../../src/data/data-workload.ts';
import { C, W } from '../judge/history-fixture.ts';

const REGIONS = [W, C];

describe('createDataWorkload', () => {
  const keys = dataKeys('run', REGIONS);
  const known: ClientKnowledge = {
    region: W,
    versions: new Map(keys.hot.map(({ pk, sk }) => [`${pk}/${sk}`, { [W]: 1 }])),
    posted: [{ pk: 'run-fresh-0', sk: 'x' }],
    usedKeys: [{ path: '/write', body: { pk: 'run-fresh-0' }, key: 'used' }],
  };
  const steps = (seed: number) => {
    const next = createDataWorkload({ client: 'ann', keys, random: seededRandom(seed, 'steps') });
    return Array.from({ length: 2_000 }, () => next(known));
  };

  test('createDataWorkload() does everything that a client can do, each under an id of its own', () => {
    const operations = steps(1).map(({ operation }) => operation);
    expect(new Set(operations.map(({ kind }) => kind))).toEqual(
      new Set(['post', 'put', 'delete', 'read', 'increment', 'count', 'misuse']),
    );
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    expect(steps(1)).toEqual(steps(1));
  });

  test('createDataWorkload() races only what has an idempotency key', () => {
    const raced = steps(2).filter(({ isRaced }) => isRaced);
    expect(raced.length).toBeGreaterThan(20);
    expect(raced.every(({ operation }) => operation.idempotencyKey !== undefined)).toBe(true);
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
