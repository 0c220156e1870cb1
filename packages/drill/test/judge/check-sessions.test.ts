import { describe, expect, test } from 'vitest';
import {
  attempt,
  broken,
  C,
  conflict,
  found,
  image,
  put,
  read,
  remove,
  seen,
  views,
  W,
} from './history-fixture.ts';

const base = image(W, { [W]: 10 }, 'base');
const mine = image(W, { [W]: 20 }, 'mine');
const theirs = image(C, { [W]: 10, [C]: 5 }, 'theirs');
const entry = conflict(mine, theirs);
const bob = { client: 'bob' };

describe('checkSessions', () => {
  test('checkSessions() is content with what was seen, and with what was made from it', () => {
    const list = [put(base), read(C, found(base)), put(theirs, bob), read(C, found(theirs))];
    expect(broken(list, views({ items: [theirs] }))).toEqual([]);
  });

  test('checkSessions() notices a read that does not see the own write', () => {
    const list = [put(base, bob), put(mine), read(C, found(base))];
    expect(broken(list, views({ items: [mine] }))).toEqual(['sessions']);
    const nothing = [put(base), read(C, { status: 404, problem: 'item-not-found' })];
    expect(broken(nothing, views({ items: [base] }))).toEqual(['sessions']);
  });

  test('checkSessions() notices a read that goes back behind another read', () => {
    const list = [put(base, bob), put(mine, bob), read(W, found(mine)), read(C, found(base))];
    expect(broken(list, views({ items: [mine] }))).toEqual(['sessions']);
  });

  test('checkSessions() does not mix the sessions of two clients', () => {
    const list = [put(base, bob), put(mine, bob), read(C, found(base))];
    expect(broken(list, views({ items: [mine] }))).toEqual([]);
  });

  test('checkSessions() asks nothing of a read without its session', () => {
    const stale = { ...read(C, found(base)), inSession: false };
    expect(broken([put(base, bob), put(mine), stale], views({ items: [mine] }))).toEqual([]);
  });

  test('checkSessions() is content when told of the loss with its entry, and of nothing less', () => {
    const writes = [put(base, bob), put(mine), put(theirs, bob)];
    const final = views({ items: [theirs], conflicts: [entry] });
    expect(broken([...writes, read(C, { ...found(theirs), superseded: entry })], final)).toEqual([]);
    expect(broken([...writes, read(C, found(theirs))], final)).toEqual(['sessions']);
    const wrong = conflict(base, theirs);
    expect(broken([...writes, read(C, { ...found(theirs), superseded: wrong })], final)).toEqual([
      'sessions',
    ]);
  });

  test('checkSessions() is content with the entry of a write that was made from what was seen', () => {
    const later = image(W, { [W]: 25 }, 'later');
    const logged = conflict(later, theirs);
    const list = [put(base, bob), put(mine), put(later, bob), put(theirs, bob)];
    const final = views({ items: [theirs], conflicts: [logged] });
    expect(broken([...list, read(C, { ...found(theirs), superseded: logged })], final)).toEqual([]);
  });

  test('checkSessions() notices an entry that the log does not have', () => {
    const list = [
      put(base, bob),
      put(mine),
      put(theirs, bob),
      read(C, { ...found(theirs), superseded: entry }),
    ];
    expect(broken(list, views({ items: [theirs] }))).toContain('sessions');
  });

  test('checkSessions() takes an entry that is not listed where nothing is gone: two deletions, or one keyed write', () => {
    const [here, there] = [image(W, { [W]: 30 }), image(C, { [W]: 10, [C]: 5 })];
    const next = image(C, { [W]: 10, [C]: 9 }, 'next');
    const deletions = [
      ...[put(base, bob), put(mine), remove('del-w', here, { match: mine.version, ...bob })],
      ...[remove('del-c', there, { match: base.version, ...bob }), put(next, bob)],
    ];
    const met = { ...found(next), superseded: conflict(here, there) };
    expect(broken([...deletions, read(C, met)], views({ items: [next] }))).toEqual([]);

    const [a, b] = [image(W, { [W]: 30 }, 'keyed'), image(C, { [W]: 10, [C]: 9 }, 'keyed')];
    const keyed = { key: 'k', ...bob };
    const list = [put(base, bob), put(mine), put(theirs, bob), put(a, keyed), put(b, keyed)];
    const twin = { ...found(b), superseded: conflict(a, b) };
    expect(broken([...list, read(C, twin)], views({ items: [b] }))).toEqual([]);
  });

  test('checkSessions() takes "behind" that names a region, though not for ever', () => {
    const behind = { status: 503, problem: 'replica-behind' };
    const named = { ...behind, namedRegion: W };
    const final = views({ items: [base] });
    expect(broken([put(base), read(C, named)], final)).toEqual([]);
    expect(broken([put(base), read(C, behind)], final)).toEqual(['sessions']);
    expect(broken([put(base), read(C, named, { isLast: true })], final)).toEqual(['sessions']);
  });

  test('checkSessions() is content when what was seen was deleted, and not when something older was', () => {
    const match = { match: base.version, client: 'bob' };
    const tombstone = image(W, { [W]: 20 });
    const gone = { status: 404, problem: 'item-not-found', sighting: seen(tombstone) };
    expect(broken([put(base), remove('del', tombstone, match), read(C, gone)], views({}))).toEqual([]);
    const other = image(C, { [W]: 10, [C]: 5 });
    const list = [put(base, bob), put(mine), remove('del', other, match)];
    const stale = { ...gone, sighting: seen(other) };
    expect(broken([...list, read(C, stale)], views({ conflicts: [conflict(mine, other)] }))).toEqual([
      'sessions',
    ]);
  });

  test('checkSessions() is content when the deletion of what was seen met another deletion', () => {
    const here = image(W, { [W]: 30 });
    const there = image(C, { [W]: 10, [C]: 5 });
    const next = image(C, { [W]: 10, [C]: 9 }, 'next');
    const list = [
      ...[put(base, bob), put(mine), remove('del-w', here, { match: mine.version, client: 'bob' })],
      ...[remove('del-c', there, { match: base.version, client: 'bob' }), put(next, bob)],
    ];
    expect(broken([...list, read(C, found(next))], views({ items: [next] }))).toEqual([]);
  });

  test('checkSessions() is content when a keyed write was deleted where another region had made it too', () => {
    const [a, b] = [image(W, { [W]: 20 }, 'keyed'), image(C, { [W]: 10, [C]: 50 }, 'keyed')];
    const blind = image(C, { [W]: 20, [C]: 7 });
    const gone = { status: 404, problem: 'item-not-found', sighting: seen(blind) };
    const writes = [
      put(base, bob),
      put(a, { key: 'k', ...bob }),
      put(b, { key: 'k' }),
      remove('del', blind, bob),
    ];
    expect(broken([...writes, read(C, gone)], views({}))).toEqual([]);
  });

  test('checkSessions() lets a session forget what it has seen 16 items ago', () => {
    const others = Array.from({ length: 16 }, (_, index) => ({
      ...image(W, { [W]: 100 + index }, `other-${index}`),
      sk: `other-${index}`,
    }));
    const putOther = (item: (typeof others)[number]) => {
      const { operation, ...attempt } = put(item);
      return { ...attempt, operation: { ...operation, sk: item.sk } as typeof operation };
    };
    const readBack = (count: number) => [
      ...[put(base, bob), put(mine)],
      ...others.slice(0, count).map(putOther),
      read(C, found(base)),
    ];
    const final = views({ items: [mine, ...others] });
    expect(broken(readBack(15), final)).toContain('sessions');
    expect(broken(readBack(16), final)).not.toContain('sessions');
    // A tally is one of them.
    const look = attempt({ id: 'look', client: 'ann', kind: 'look', tally: 't' }, W, { status: 404 });
    const [last, ...earlier] = readBack(15).reverse();
    const sixteenth =
      last === undefined
        ? []
        : [{ ...look, keptSession: true, startMs: last.startMs - 2, endMs: last.startMs - 1 }, last];
    expect(broken([...earlier.reverse(), ...sixteenth], final)).not.toContain('sessions');
  });

  test('checkSessions() takes what a region made on top of a write that nobody saw there for what was seen', () => {
    const moved = image(C, { [W]: 10, [C]: 5 }, 'moved');
    const onTop = image(W, { [W]: 30 }, 'on-top');
    const made = put(moved, { key: 'k' });
    const inW = { ...put(moved, { key: 'k' }), region: W, keptSession: false };
    const asked = { ...inW, answer: { status: 0, error: 'not waited for' } };
    const final = views({ items: [onTop] });
    expect(broken([put(base, bob), asked, made, put(onTop, bob), read(W, found(onTop))], final)).toEqual([]);
    const unasked = broken([put(base, bob), made, put(onTop, bob), read(W, found(onTop))], final);
    expect(unasked).toContain('sessions');
  });
});
