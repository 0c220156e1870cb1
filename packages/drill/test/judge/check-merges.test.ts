import { describe, expect, test } from 'vitest';
import type { Attempt, Operation, RegionView, TallyView, Version } from '../../src/judge/history.ts';
import type { ObservedTally, TallyAction } from '../../src/judge/tally.ts';
import { attempt, broken, C, image, views, W } from './history-fixture.ts';

const ID = 't';

function tally(marks: readonly string[], { kind = 'red', count = 1 } = {}): ObservedTally {
  return { id: ID, version: { [W]: count }, kind, marks };
}

/** What both regions show in the end: the same, unless said otherwise. */
function shown(item: ObservedTally | undefined, others: Partial<TallyView> = {}): RegionView[] {
  const items = item === undefined ? [] : [item];
  const byKind = item === undefined ? { red: [] } : { [item.kind]: items };
  return views({}).map((view) => ({ ...view, tallies: { items, byKind, conflicts: [], ...others } }));
}

function act(id: string, action: TallyAction, others: Partial<Attempt['answer']> = {}, region: string = W) {
  // Each region has a client of its own.
  const operation: Operation = { id, client: region, ...action };
  return { ...attempt(operation, region, { status: 200, ...others }), keptSession: true };
}

const add = (id: string, held: readonly string[] = [id], region: string = W) =>
  act(id, { kind: 'mark', tally: ID }, { tally: tally(held) }, region);
const drop = (removed: readonly string[], status = 204, match: Version = { [W]: 1 }) =>
  act('drop', { kind: 'drop', tally: ID, match, removed }, { status });
const loss = (marks: readonly string[]) => {
  const data = { kind: 'red', marks: Object.fromEntries(marks.map((mark) => [mark, 1])) };
  const loser = { ...image(C, { [C]: 2 }), pk: `tally~${ID}`, sk: ID, data };
  return { loser, detectedAt: '2026-12-01T12:00:00.000Z', detectedIn: C };
};

describe('checkMerges', () => {
  const both = [add('a'), add('b', ['b'], C)];

  test('takes a merge that has what both regions wrote', () => {
    expect(broken(both, shown(tally(['a', 'b'])))).toEqual([]);
  });

  test('misses a contribution that a merge dropped', () => {
    expect(broken(both, shown(tally(['b'])))).toEqual(['merges']);
    expect(broken(both, shown(undefined))).toEqual(['merges']);
  });

  test('takes a loss that the conflict log tells of, and no other', () => {
    expect(broken(both, shown(tally(['b']), { conflicts: [loss(['a'])] }))).toEqual([]);
    expect(broken(both, shown(tally(['b']), { conflicts: [loss(['c'])] }))).toEqual(['merges']);
  });

  test('excuses what a deletion has removed by what its client had seen, unless it was refused', () => {
    expect(broken([...both, drop(['a', 'b'])], shown(undefined))).toEqual([]);
    expect(broken([...both, drop(['a', 'b'], 503)], shown(undefined))).toEqual([]);
    expect(broken([...both, drop(['a'])], shown(undefined))).toEqual(['merges']);
    expect(broken([...both, drop(['a', 'b'], 412)], shown(undefined))).toEqual(['merges']);
  });

  test('needs nothing of an addition whose outcome is unknown, whatever became of it', () => {
    const unknown = act('a', { kind: 'mark', tally: ID }, { status: 503 });
    expect(broken([unknown, add('b')], shown(tally(['b'])))).toEqual([]);
    expect(broken([unknown, add('b')], shown(tally(['a', 'b'])))).toEqual([]);
  });

  test('notices what nobody has made', () => {
    const refused = act('a', { kind: 'mark', tally: ID }, { status: 404 });
    expect(broken([refused, add('b')], shown(tally(['a', 'b'])))).toEqual(['merges']);
    expect(broken([add('b')], shown(tally(['b', 'c'])))).toEqual(['merges']);
  });

  test('holds the index to the items: each once, under its kind, as it is', () => {
    const item = tally(['a']);
    const index = (found: readonly ObservedTally[]) => shown(item, { byKind: { red: found } });
    expect(broken([add('a')], index([item]))).toEqual([]);
    expect(broken([add('a')], index([]))).toEqual(['merges']);
    expect(broken([add('a')], index([item, item]))).toEqual(['merges']);
    expect(broken([add('a')], index([tally(['a'], { count: 0 })]))).toEqual(['merges']);
    const moved = shown(item, { byKind: { red: [item], blue: [tally(['a'], { kind: 'blue' })] } });
    expect(broken([add('a')], moved)).toEqual(['merges']);
  });

  test('holds the index to the kind that it was asked for, also while regions fail', () => {
    const find = (kind: string) =>
      act('find', { kind: 'find', tallyKind: 'red' }, { tallies: [tally(['a'], { kind })] });
    expect(broken([add('a'), find('red')], shown(tally(['a'])))).toEqual([]);
    expect(broken([add('a'), find('blue')], shown(tally(['a'])))).toEqual(['merges']);
  });

  test('lets no session lose what it has seen', () => {
    const look = (marks: readonly string[]) =>
      act('look', { kind: 'look', tally: ID }, { tally: tally(marks) });
    expect(broken([...both, look(['a', 'b'])], shown(tally(['a', 'b'])))).toEqual([]);
    expect(broken([add('a'), look(['a'])], shown(tally(['a'])))).toEqual([]);
    expect(broken([add('a'), look([])], shown(tally(['a'])))).toEqual(['merges']);
    expect(broken([add('a'), drop(['a']), look([])], shown(tally([])))).toEqual([]);
    // A write goes on from what its region holds, and the session from there.
    expect(broken([add('a'), add('b'), look(['b'])], shown(tally(['a', 'b'])))).toEqual([]);
  });

  test('wants every region to hold the same', () => {
    const [here, there] = [shown(tally(['a'])), shown(tally(['a'], { count: 2 }))];
    expect(
      broken(
        [add('a')],
        [here[0], there[1]].flatMap((view) => view ?? []),
      ),
    ).toEqual(['convergence']);
    const log = shown(tally(['a']), { conflicts: [loss(['x'])] });
    expect(
      broken(
        [add('a')],
        [here[0], log[1]].flatMap((view) => view ?? []),
      ),
    ).toEqual(['convergence']);
  });
});
