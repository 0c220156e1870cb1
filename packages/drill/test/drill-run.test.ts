import { seededRandom } from '@gsp/twin';
import { describe, expect, test } from 'vitest';
import { type ClientKnowledge, createDataWorkload, dataKeys } from '../src/data-workload.ts';
import { planDataFaults } from '../src/fault-schedule.ts';
import { parentsOf } from '../src/image-ancestry.ts';
import { relevantHistory } from '../src/relevant-history.ts';
import { readSessionToken } from '../src/session-token.ts';
import { C, history, image, put, W } from './drill-history.ts';

const REGIONS = [W, C];

describe('planDataFaults', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('planDataFaults() takes back whatever it does, seed %i', (seed) => {
    const plan = planDataFaults(REGIONS, seededRandom(seed, 'faults'));
    const shares = plan.map(({ atShare }) => atShare);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(Math.max(...shares)).toBeLessThan(1);
    const faults = plan.flatMap((scheduled) => scheduled.faults);
    const kinds = faults.map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'start')).toHaveLength(2);
    expect(new Set(kinds)).toEqual(
      new Set(['cut', 'heal', 'delay', 'clock', 'kill', 'end-process', 'start']),
    );
    const offsets = faults.flatMap((fault) => (fault.kind === 'clock' ? [fault.offsetMs] : []));
    expect(offsets.at(-1)).toBe(0);
    // Two regions dead at once would leave the clients nobody to talk to.
    let dead = 0;
    for (const kind of kinds) {
      dead += kind === 'kill' || kind === 'end-process' ? 1 : kind === 'start' ? -1 : 0;
      expect(dead).toBeLessThanOrEqual(1);
    }
  });

  test('planDataFaults() follows from the seed', () => {
    const plan = (seed: number) => planDataFaults(REGIONS, seededRandom(seed, 'faults'));
    expect(plan(3)).toEqual(plan(3));
    expect(plan(3)).not.toEqual(plan(4));
  });
});

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

describe('readSessionToken', () => {
  test('readSessionToken() reads regions and counts, which stand for the dot where they are left out', () => {
    const token = '1~9f86d081884c7d65.eu-west-1.1r2..mk3z0a8w.tps0z3~0f86d081884c7d65.eu-central-1.a.b.c.d';
    expect(readSessionToken(token)).toEqual([
      { item: '9f86d081884c7d65', region: W, count: Number.parseInt('1r2', 36) },
      { item: '0f86d081884c7d65', region: C, count: 11 },
    ]);
    expect(readSessionToken('2~new')).toEqual([]);
  });
});

describe('parentsOf', () => {
  const at = (region: string, version: Record<string, number>) => ({ region, version });
  const [w5, w9] = [at(W, { [W]: 5 }), at(W, { [W]: 9 })];
  const w9c3 = at(C, { [W]: 9, [C]: 3 });

  test('parentsOf() finds the nearest image of the same chain', () => {
    expect(parentsOf(w9, [w5, w9, w9c3], REGIONS)).toEqual({ images: [w5], isCertain: true });
    expect(parentsOf(w9c3, [w5, w9, w9c3], REGIONS)).toEqual({ images: [w9], isCertain: true });
  });

  test('parentsOf() is not certain when the image in between is unknown', () => {
    const later = at(W, { [W]: 14, [C]: 4 });
    expect(parentsOf(later, [w5, w9c3, at(C, { [C]: 6 })], REGIONS)).toEqual({
      images: [w5, w9c3],
      isCertain: false,
    });
  });

  test('parentsOf() gives the first write of a key no parents', () => {
    const created = at(W, { [W]: 20, [C]: 20 });
    expect(parentsOf(created, [w5, w9, created], REGIONS)).toEqual({ images: [], isCertain: true });
  });
});

describe('relevantHistory', () => {
  test('relevantHistory() tells what happened to one item, with the faults in between, and nothing else', () => {
    const mine = put(image(W, { [W]: 1 }, 'mine'), { key: 'k' });
    const other = put(image(W, { [W]: 2 }, 'other'));
    const elsewhere = {
      ...other,
      operation: { ...other.operation, sk: 'elsewhere' } as typeof other.operation,
    };
    const faults = [{ atMs: mine.startMs + 100, fault: `kill ${W}` }];
    const lines = relevantHistory('p/s', { history: history([mine, elsewhere]), faults });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/eu-west-1 {2}put mine key k => 200 eu-west-1=1 of eu-west-1 \{"op":"mine"\}$/);
    expect(lines[1]).toMatch(/\*\*\* kill eu-west-1$/);
  });
});
