import { describe, expect, test } from 'vitest';
import type { Answer, Attempt } from '../../src/judge/history.ts';
import { broken, C, conflict, image, put, remove, views, W } from './history-fixture.ts';

/**
 * ann writes 1 in both regions' reach; then both regions write on top of it at once, and C's chain of two wins:
 *
 *     W   {w:10} <- {w:20}            lost
 *     C   {w:10} <- {w:10, c:5} <- {w:10, c:9}    visible
 */
const base = image(W, { [W]: 10 }, 'base');
const lost = image(W, { [W]: 20 }, 'lost');
const mid = image(C, { [W]: 10, [C]: 5 }, 'mid');
const won = image(C, { [W]: 10, [C]: 9 }, 'won');
const race = [put(base), put(lost), put(mid, { client: 'bob' }), put(won, { client: 'bob' })];
const entry = conflict(lost, won);

describe('checkLosses', () => {
  test('checkLosses() is content when the end of the lost chain is logged and the rest is visible', () => {
    expect(broken(race, views({ items: [won], conflicts: [entry] }))).toEqual([]);
  });

  test('checkLosses() notices a lost write without an entry', () => {
    expect(broken(race, views({ items: [won] }))).toEqual(['losses']);
  });

  test('checkLosses() notices a write that was seen, though never acknowledged, and is gone', () => {
    const unknown = put(lost, { answer: { status: 0, error: 'reset' } });
    const final = views({ items: [won] });
    expect(broken([put(base), unknown, put(mid), put(won)], final)).toEqual(['losses']);
  });

  test('checkLosses() asks nothing of a write that nobody heard of again', () => {
    const { answer: _answer, ...attempt } = put(lost);
    const unknown = { ...attempt, answer: { status: 0, error: 'reset' } };
    expect(broken([put(base), unknown, put(mid), put(won)], views({ items: [won] }))).toEqual([]);
  });

  test('checkLosses() notices an item that is gone though nobody deleted it', () => {
    expect(broken([put(base)], views({}))).toContain('losses');
  });

  test('checkLosses() is content when the item was deleted', () => {
    const tombstone = image(W, { [W]: 20 });
    expect(broken([put(base), remove('del', tombstone, { match: base.version })], views({}))).toEqual([]);
  });

  test('checkLosses() notices a deletion that is undone by an older write', () => {
    const tombstone = image(W, { [W]: 20 });
    const list = [put(base), remove('del', tombstone, { match: base.version })];
    expect(broken(list, views({ items: [base] }))).toEqual(['losses']);
  });

  test('checkLosses() is content when two deletions met, and not when one met a write', () => {
    const here = image(W, { [W]: 20 });
    const there = image(C, { [W]: 10, [C]: 5 });
    const deletions = [put(base), remove('del-w', here, { match: base.version })];
    const match = { match: base.version };
    expect(broken([...deletions, remove('del-c', there, match)], views({}))).toEqual([]);
    expect(broken([...deletions, put(mid)], views({ items: [mid] }))).toEqual(['losses']);
    expect(
      broken([...deletions, put(mid)], views({ items: [mid], conflicts: [conflict(here, mid)] })),
    ).toEqual([]);
  });

  test('checkLosses() lets a deletion that only a replay tells of stand for what was written before it too', () => {
    const first = image(W, { [W]: 10 }, 'first');
    const later = image(W, { [W]: 12 }, 'later');
    const asked = (answer: Answer) =>
      remove('gone', image(W, { [W]: 14 }), { key: 'k', match: later.version, answer });
    const list = [put(first), put(later), asked({ status: 0, error: 'reset' })];
    const replayed = asked({ status: 204, isReplay: true });
    expect(broken([...list, replayed], views({}))).toEqual([]);
    // Without the deletion both are lost.
    expect(broken(list.slice(0, 2), views({}))).toContain('losses');
  });

  test('checkLosses() lets a deletion of unknown outcome stand for what it was made on, and for nothing else', () => {
    const unknown = (match: Record<string, number>) =>
      remove('del', image(W, { [W]: 30 }), { match, answer: { status: 0 } });
    const list = [put(base), put(lost), put(mid), put(won)];
    expect(broken([...list, unknown(lost.version)], views({ items: [won] }))).toEqual([]);
    expect(broken([...list, unknown(base.version)], views({ items: [won] }))).toEqual(['losses']);
  });

  test('checkLosses() takes one keyed write in two regions for one write', () => {
    const [a, b] = [image(W, { [W]: 20 }, 'keyed'), image(C, { [W]: 10, [C]: 5 }, 'keyed')];
    const list = [put(base), put(a, { key: 'k' }), put(b, { key: 'k' })];
    expect(broken(list, views({ items: [b] }))).toEqual([]);
  });

  /**
   * A keyed write took too long in W and was acknowledged by C; W goes on, on top of what it may have made of it:
   *
   *     W   {w:10} <- moved? <- {w:30}      visible
   *     C   {w:10} <- moved {w:10, c:5}     lost to it
   */
  const moved = image(C, { [W]: 10, [C]: 5 }, 'moved');
  const onTop = image(W, { [W]: 30 }, 'on-top');
  const askedW = (answer: Partial<Answer>): Attempt => {
    const { item: _item, ...made } = put(moved, { key: 'k' }).answer;
    return { ...put(moved, { key: 'k' }), region: W, keptSession: false, answer: { ...made, ...answer } };
  };
  const noAnswer = { status: 0, error: 'not waited for' };

  test('checkLosses() takes a write for held by what a region made on top of it, though nobody saw it there', () => {
    const list = [put(base), askedW(noAnswer), put(moved, { key: 'k' }), put(onTop)];
    expect(broken(list, views({ items: [onTop] }))).toEqual([]);
  });

  test('checkLosses() notices that loss when the region was never asked, or not before its last write', () => {
    const final = views({ items: [onTop] });
    expect(broken([put(base), put(moved, { key: 'k' }), put(onTop)], final)).toEqual(['losses']);
    const unsent = askedW({ ...noAnswer, isUnsent: true });
    expect(broken([put(base), unsent, put(moved, { key: 'k' }), put(onTop)], final)).toEqual(['losses']);
    const refused = askedW({ status: 412 });
    expect(broken([put(base), refused, put(moved, { key: 'k' }), put(onTop)], final)).toEqual(['losses']);
    const tooLate = [put(base), put(moved, { key: 'k' }), put(onTop), askedW(noAnswer)];
    expect(broken(tooLate, final)).toEqual(['losses']);
  });
});

describe('checkConflictLog', () => {
  test('checkConflictLog() notices a false alarm: an entry of what is visible, or was built on', () => {
    expect(broken(race, views({ items: [won], conflicts: [entry, conflict(mid, won)] }))).toEqual([
      'conflict log',
    ]);
    expect(broken([put(base)], views({ items: [base], conflicts: [conflict(base, won)] }))).toContain(
      'conflict log',
    );
  });

  test('checkConflictLog() notices an ancestor of what was lost, in its place or besides', () => {
    const before = image(W, { [W]: 15 }, 'before');
    const list = [put(base), put(before), ...race.slice(1)];
    expect(broken(list, views({ items: [won], conflicts: [entry] }))).toEqual([]);
    expect(broken(list, views({ items: [won], conflicts: [entry, conflict(before, won)] }))).toEqual([
      'conflict log',
    ]);
    expect(broken(list, views({ items: [won], conflicts: [conflict(before, won)] }))).toEqual([
      'losses',
      'conflict log',
    ]);
  });

  test('checkConflictLog() notices an entry that is there twice', () => {
    expect(broken(race, views({ items: [won], conflicts: [entry, entry] }))).toEqual(['conflict log']);
  });

  test('checkConflictLog() notices an entry that nobody wrote, or that was changed', () => {
    const stranger = conflict(image(W, { [W]: 33 }, 'stranger'), won);
    expect(broken(race, views({ items: [won], conflicts: [entry, stranger] }))).toContain('conflict log');
    const changed = conflict({ ...lost, ttl: 5 }, won);
    expect(broken(race, views({ items: [won], conflicts: [changed] }))).toEqual(['conflict log']);
    const elsewhere = conflict(image(C, { [C]: 33 }, 'lost'), won);
    expect(broken(race, views({ items: [won], conflicts: [entry, elsewhere] }))).toContain('conflict log');
  });

  test('checkConflictLog() notices an entry of two deletions', () => {
    const [here, there] = [image(W, { [W]: 20 }), image(C, { [W]: 10, [C]: 5 })];
    const match = { match: base.version };
    const list = [put(base), remove('del-w', here, match), remove('del-c', there, match)];
    expect(broken(list, views({ conflicts: [conflict(here, there)] }))).toEqual(['conflict log']);
  });
});
