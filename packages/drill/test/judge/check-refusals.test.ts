import { describe, expect, test } from 'vitest';
import type { Answer, Operation, Version } from '../../src/judge/history.ts';
import { attempt, broken, C, conflict, image, KEY, put, remove, views, W } from './history-fixture.ts';

const base = image(W, { [W]: 10 }, 'base');
const next = image(C, { [W]: 10, [C]: 5 }, 'next');
const bob = { client: 'bob' };

let made = 0;
const refused = (
  status: number,
  { kind, match, region = C }: { kind: 'put' | 'delete'; match?: Version; region?: string },
) => {
  made += 1;
  const operation: Operation = {
    id: `refused-${made}`,
    client: 'ann',
    kind,
    ...KEY,
    ...(match && { match }),
  };
  return attempt(operation, region, { status, problem: status === 404 ? 'item-not-found' : 'item-changed' });
};

describe('checkRefusals', () => {
  test('checkRefusals() notices a deletion that finds nothing where the session has seen the item', () => {
    const list = [put(base), refused(404, { kind: 'delete' })];
    expect(broken(list, views({ items: [base] }))).toEqual(['refusals']);
    expect(broken([put(base, bob), refused(404, { kind: 'delete' })], views({ items: [base] }))).toEqual([]);
  });

  test('checkRefusals() takes a deletion for nothing where the session has seen a deletion', () => {
    const tombstone = image(W, { [W]: 20 });
    const list = [
      put(base),
      remove('del', tombstone, { match: base.version }),
      refused(404, { kind: 'delete' }),
    ];
    expect(broken(list, views({}))).toEqual([]);
  });

  test.each(['put', 'delete'] as const)(
    'checkRefusals() notices a %s whose condition holds for what the session has seen last',
    (kind) => {
      const list = [put(base), refused(412, { kind, match: base.version })];
      expect(broken(list, views({ items: [base] }))).toEqual(['refusals']);
    },
  );

  test('checkRefusals() is content when something was made from what was seen, before and not after', () => {
    const writes = [put(base), put(next, { ...bob, match: base.version })];
    const late = refused(412, { kind: 'put', match: base.version });
    expect(broken([...writes, late], views({ items: [next] }))).toEqual([]);
    const early = { ...late, startMs: 0, endMs: 1 };
    const [first, second] = writes as [(typeof writes)[0], (typeof writes)[0]];
    const before = { ...first, startMs: -9, endMs: -8 };
    expect(broken([before, early, second], views({ items: [next] }))).toEqual(['refusals']);
  });

  test('checkRefusals() is content when what was seen was lost', () => {
    const theirs = image(C, { [C]: 30 }, 'theirs');
    const list = [put(base), put(theirs, bob), refused(412, { kind: 'put', match: base.version })];
    const final = views({ items: [theirs], conflicts: [conflict(base, theirs)] });
    expect(broken(list, final)).toEqual([]);
  });

  test('checkRefusals() asks nothing where a write of unknown outcome may be what is there', () => {
    const unknown = { ...put(next, bob), answer: { status: 0, error: 'reset' } satisfies Answer };
    const list = [put(base), unknown, refused(412, { kind: 'put', match: base.version })];
    expect(broken(list, views({ items: [base] }))).toEqual([]);
  });

  test('checkRefusals() lets no write excuse a refusal that was over long before, or asked for something else', () => {
    const unknown = { ...put(next, bob), answer: { status: 0, error: 'reset' } satisfies Answer };
    const late = { startMs: unknown.endMs + 60_000, endMs: unknown.endMs + 60_001 };
    const seen = { ...put(base), ...late };
    const refusal = refused(412, { kind: 'put', match: base.version });
    const after = { ...refusal, startMs: late.endMs + 1, endMs: late.endMs + 2 };
    expect(broken([unknown, seen, after], views({ items: [base] }))).toEqual(['refusals']);
    const other = { ...unknown, operation: { ...unknown.operation, match: { [W]: 1 } } as Operation };
    const list = [put(base), { ...other, startMs: seen.startMs, endMs: seen.endMs }, after];
    expect(broken(list, views({ items: [base] }))).toEqual(['refusals']);
  });

  test('checkRefusals() requires of a session only what it had seen when the request was sent', () => {
    const write = put(base);
    const meanwhile = { ...refused(404, { kind: 'delete' }), startMs: write.endMs - 1 };
    expect(broken([write, meanwhile], views({ items: [base] }))).toEqual([]);
  });

  const keyed = (id: string, idempotencyKey: string) =>
    attempt({ id, client: 'ann', kind: 'put', ...KEY, idempotencyKey }, W, {
      status: 422,
      problem: 'idempotency-key-out-of-window',
    });
  const [older, newer] = ['0196f1a0-0000-7000-8000-000000000001', '0196f1a0-0009-7000-8000-000000000001'];

  test('checkRefusals() notices a new key that is called too old though no newer one was used', () => {
    expect(broken([put(base, { ...bob, key: older }), keyed('a', newer)], views({ items: [base] }))).toEqual([
      'refusals',
    ]);
    expect(broken([put(base, { ...bob, key: newer }), keyed('b', older)], views({ items: [base] }))).toEqual(
      [],
    );
    expect(
      broken([put(base, { ...bob, key: newer }), keyed('c', 'no time')], views({ items: [base] })),
    ).toEqual(['refusals']);
  });
});
