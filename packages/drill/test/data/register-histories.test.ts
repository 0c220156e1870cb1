import { describe, expect, test } from 'vitest';
import { registerHistories } from '../../src/data/register-histories.ts';
import type { Answer, Operation } from '../../src/judge/history.ts';
import { attempt, C, found, history, image, KEY, put, read, remove, W } from '../judge/history-fixture.ts';

const [first, second] = [image(W, { [W]: 10 }, 'first'), image(W, { [W]: 20 }, 'second')];
const outcomes = (list: Parameters<typeof history>[0]) =>
  registerHistories(history(list)).map(({ item, region, events }) => ({
    item,
    region,
    events: events.map(({ kind, outcome }) => `${kind} ${outcome}`),
  }));
const failed = (operation: Partial<Operation>, answer: Answer) =>
  attempt({ id: 'failed', client: 'ann', kind: 'put', ...KEY, ...operation } as Operation, W, answer);

describe('registerHistories', () => {
  test('registerHistories() tells what happened to an item in its region, values in place of versions', () => {
    const tombstone = image(W, { [W]: 30 });
    const list = [
      put(first, { key: 'k' }),
      put(second, { match: first.version }),
      read(W, found(second)),
      remove('gone', tombstone, { match: second.version }),
      read(W, { status: 404, problem: 'item-not-found' }),
    ];
    const [register] = registerHistories(history(list));
    expect(register).toMatchObject({
      item: 'p/s',
      region: W,
      events: [
        { kind: 'put', value: 'first', keyed: true, outcome: 'made' },
        { kind: 'put', value: 'second', keyed: false, needs: 'first', outcome: 'made' },
        { kind: 'read', found: 'second', outcome: 'found' },
        { kind: 'delete', value: 'gone', needs: 'second', outcome: 'made' },
        { kind: 'read', outcome: 'absent' },
      ],
    });
    const [event] = register?.events ?? [];
    expect((event?.returnNs ?? 0) - (event?.callNs ?? 0)).toBe(500_000_000);
  });

  test('registerHistories() says what is unknown, and leaves out what did nothing', () => {
    const list = [
      put(first),
      failed({}, { status: 0, error: 'reset' }),
      failed({}, { status: 0, error: 'refused', isUnsent: true }),
      failed({}, { status: 503, problem: 'replica-behind' }),
      failed({}, { status: 422, problem: 'idempotency-key-out-of-window' }),
      failed({ match: 'none' }, { status: 412, problem: 'item-changed' }),
      failed({ kind: 'delete' }, { status: 404, problem: 'item-not-found' }),
    ];
    expect(outcomes(list)).toEqual([
      { item: 'p/s', region: W, events: ['put made', 'put unknown', 'put changed', 'delete missing'] },
    ]);
    expect(registerHistories(history(list))[0]?.events[1]).not.toHaveProperty('returnNs');
  });

  test('registerHistories() leaves out what a POST made, whose first write is none of a register', () => {
    const post = attempt({ id: 'first', client: 'ann', kind: 'post', pk: KEY.pk }, W, found(first));
    expect(outcomes([post, put(second, { match: first.version })])).toEqual([]);
  });

  test('registerHistories() leaves out items that were written in two regions, and reads elsewhere', () => {
    expect(outcomes([put(first), put(image(C, { [C]: 5 }, 'theirs'))])).toEqual([]);
    const elsewhere = read(C, { status: 404, problem: 'item-not-found' });
    expect(outcomes([put(first), elsewhere])).toEqual([{ item: 'p/s', region: W, events: ['put made'] }]);
    expect(outcomes([elsewhere])).toEqual([]);
  });
});
