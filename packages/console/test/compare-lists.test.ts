import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLists, versionText } from '../src/items/compare-lists.ts';
import { itemOf } from './items-of-test.ts';

const page = (...sks: readonly string[]) => sks.map((sk) => itemOf({ sk }));

describe('compareLists()', () => {
  it('shows each item once, newest first, and says where it is missing or differs', () => {
    const newer = itemOf({ sk: 'b', version: { 'eu-west-1': 2 } });
    const rows = compareLists(
      [
        { region: 'eu-west-1', items: [...page('c'), newer, ...page('a')] },
        { region: 'eu-central-1', items: page('b', 'a') },
      ],
      10,
    );
    expect(rows.map(({ sk, state }) => [sk, state])).toEqual([
      ['c', 'missing'],
      ['b', 'differs'],
      ['a', 'same'],
    ]);
    expect(rows[0]?.cells).toEqual([itemOf({ sk: 'c' }), null]);
  });

  it('says nothing of a region that has not answered', () => {
    const [row] = compareLists(
      [
        { region: 'eu-west-1', items: page('a') },
        { region: 'eu-central-1', items: null },
      ],
      10,
    );
    expect(row).toMatchObject({ state: 'same', cells: [{ sk: 'a' }, undefined] });
  });

  it('does not call an item missing that only lies beyond the end of a full page', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        (sks, pageSize) => {
          const newestFirst = [...sks].sort().reverse();
          const lists = [
            { region: 'eu-west-1', items: page(...newestFirst.slice(0, pageSize)) },
            { region: 'eu-central-1', items: page(...newestFirst.slice(0, pageSize)) },
          ];
          expect(compareLists(lists, pageSize).map(({ sk, state }) => [sk, state])).toEqual(
            newestFirst.slice(0, pageSize).map((sk) => [sk, 'same']),
          );
          const [first, ...rest] = newestFirst;
          const lagging = { region: 'eu-central-1', items: page(...rest.slice(0, pageSize)) };
          const missing = compareLists(
            [{ region: 'eu-west-1', items: lists[0]?.items ?? [] }, lagging],
            pageSize,
          )
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
