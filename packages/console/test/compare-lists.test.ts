import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLists, type RegionList, versionText } from '../src/items/compare-lists.ts';
import { itemOf } from './items-of-test.ts';

const page = (...sks: readonly string[]) => sks.map((sk) => itemOf({ sk }));

describe('compareLists()', () => {
  it('shows each item once, newest first, and says where it is missing or differs', () => {
    const newer = itemOf({ sk: 'b', version: { 'eu-west-1': 2 } });
    const rows = compareLists([
      { region: 'eu-west-1', items: [...page('c'), newer, ...page('a')] },
      { region: 'eu-central-1', items: page('b', 'a') },
    ]);
    expect(rows.map(({ sk, state }) => [sk, state])).toEqual([
      ['c', 'missing'],
      ['b', 'differs'],
      ['a', 'same'],
    ]);
    expect(rows[0]?.cells).toEqual([itemOf({ sk: 'c' }), null]);
  });

  it('says nothing of a region that has not answered', () => {
    const [row] = compareLists([
      { region: 'eu-west-1', items: page('a') },
      { region: 'eu-central-1', items: null },
    ]);
    expect(row).toMatchObject({ state: 'same', cells: [{ sk: 'a' }, undefined] });
  });

  it('does not call an item missing that only lies beyond the end of a page', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (sks, pageSize) => {
          const newestFirst = [...sks].sort().reverse();
          const cutOff = (region: string, all: readonly string[]): RegionList => {
            const shown = all.slice(0, pageSize);
            const end = all.length > pageSize ? { endsAt: shown.at(-1) ?? '' } : {};
            return { region, items: page(...shown), ...end };
          };
          const lists = ['eu-west-1', 'eu-central-1'].map((region) => cutOff(region, newestFirst));
          expect(compareLists(lists).map(({ sk, state }) => [sk, state])).toEqual(
            newestFirst.slice(0, pageSize).map((sk) => [sk, 'same']),
          );
          const [first, ...rest] = newestFirst;
          const missing = compareLists([cutOff('eu-west-1', newestFirst), cutOff('eu-central-1', rest)])
            .filter(({ state }) => state !== 'same')
            .map(({ sk }) => sk);
          expect(missing).toEqual(first === undefined ? [] : [first]);
        },
      ),
    ));
});

describe('versionText()', () => {
  it('is the same in whatever order the regions stand', () =>
    expect(versionText({ b: 2, a: 1 })).toBe(versionText({ a: 1, b: 2 })));
});
