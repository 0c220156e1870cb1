import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conflictState, pairConflicts, sameJson } from '../src/conflicts/pair-conflicts.ts';
import { conflictOf, itemOf } from './items-of-test.ts';

const winnerItem = itemOf({ region: 'eu-central-1', version: { 'eu-central-1': 9 }, data: 'B' });
const restoredItem = itemOf({ version: { 'eu-central-1': 9, 'eu-west-1': 12 }, data: 'A' });
const otherItem = itemOf({ version: { 'eu-central-1': 10 }, data: 'C' });
const deletion = { ...conflictOf().loser, deleted: true as const };
const winningDeletion = {
  region: 'eu-central-1',
  version: { 'eu-central-1': 9 },
  updatedAt: '2026-01-01T10:00:02.000Z',
  deleted: true as const,
};

describe('conflictState()', () => {
  it.each([
    ['the winner stands', conflictOf(), winnerItem, 'lost'],
    ['the lost data stands again', conflictOf(), restoredItem, 'restored'],
    ['somebody has written since', conflictOf(), otherItem, 'rewritten'],
    ['somebody has deleted since', conflictOf(), null, 'rewritten'],
    ['nothing is known yet', conflictOf(), undefined, 'unknown'],
    ['a deletion has won', conflictOf({ winner: winningDeletion }), null, 'lost'],
    ['a deletion was lost', conflictOf({ loser: deletion }), winnerItem, 'lost'],
    ['a lost deletion was made again', conflictOf({ loser: deletion }), null, 'restored'],
  ])('tells when %s', (_when, conflict, current, state) =>
    expect(conflictState(conflict, current)).toBe(state),
  );

  it('tells when the item had expired', () => {
    const { winner: _none, ...expired } = conflictOf();
    expect(conflictState(expired, null)).toBe('lost');
    expect(conflictState(expired, otherItem)).toBe('rewritten');
  });
});

describe('pairConflicts()', () => {
  it('shows a lost write once, however often the log names it, the latest first', () => {
    const older = conflictOf({
      detectedAt: '2026-01-01T09:00:00.000Z',
      loser: itemOf({ version: { w: 1 } }),
    });
    const paired = pairConflicts([older, conflictOf(), conflictOf({ detectedIn: 'eu-central-1' })], {
      currentBySk: new Map([['s', winnerItem]]),
      before: [],
    });
    expect(paired.map(({ conflict }) => conflict.detectedAt)).toEqual([
      '2026-01-01T10:00:05.000Z',
      '2026-01-01T09:00:00.000Z',
    ]);
  });

  it('remembers what had won when it is there no more', () => {
    const before = pairConflicts([conflictOf()], { currentBySk: new Map([['s', winnerItem]]), before: [] });
    const [after] = pairConflicts([conflictOf()], { currentBySk: new Map([['s', restoredItem]]), before });
    expect(after).toMatchObject({ state: 'restored', winnerItem, current: restoredItem });
  });
});

describe('sameJson()', () => {
  const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)));

  it('holds for a copy, whatever the order of members, and for nothing else', () =>
    fc.assert(
      fc.property(anyJson, anyJson, (one, other) => {
        expect(sameJson(one, reversed(one))).toBe(true);
        expect(sameJson(one, other)).toBe(canonical(one) === canonical(other));
      }),
    ));

  it('tells a list from an object and null from nothing', () => {
    expect(sameJson([], {})).toBe(false);
    expect(sameJson(null, undefined)).toBe(false);
    expect(sameJson(JSON.parse('{"__proto__":1}'), { a: 1 })).toBe(false);
  });

  function reversed(value: unknown): never {
    if (Array.isArray(value)) return value.map(reversed) as never;
    if (typeof value !== 'object' || value === null) return value as never;
    const members = Object.entries(value).reverse();
    return Object.fromEntries(members.map(([name, member]) => [name, reversed(member)])) as never;
  }

  function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const members = Object.entries(value).map(
      ([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`,
    );
    return `{${members.sort().join()}}`;
  }
});
