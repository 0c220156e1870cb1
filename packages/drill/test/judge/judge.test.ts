import { describe, expect, test } from 'vitest';
import type { Answer, Attempt, Operation } from '../../src/judge/history.ts';
import { judge } from '../../src/judge/judge.ts';
import { attempt, broken, C, conflict, history, image, put, remove, views, W } from './history-fixture.ts';

const base = image(W, { [W]: 10 }, 'base');

describe('checkConvergence', () => {
  const [west, central] = views({ items: [base] });

  test('checkConvergence() notices an item that one region lacks, or holds otherwise', () => {
    const lacking = [west, { ...central, items: [] }] as ReturnType<typeof views>;
    expect(broken([put(base)], lacking)).toEqual(['convergence']);
    const changed = [west, { ...central, items: [{ ...base, ttl: 5 }] }] as ReturnType<typeof views>;
    expect(broken([put(base)], changed)).toEqual(['convergence']);
  });

  test('checkConvergence() notices a counter or a conflict entry that one region lacks', () => {
    const entry = conflict(base, base);
    for (const extra of [{ counters: { visits: 1 } }, { conflicts: [entry], conflictsByKey: [entry] }]) {
      const differing = [west, { ...central, ...extra }] as ReturnType<typeof views>;
      expect(judge(history([put(base)]), differing).convergence).toHaveLength(1);
    }
  });

  test('checkConvergence() notices an entry that the whole log does not list', () => {
    const hidden = views({ items: [base] }).map((view) => ({
      ...view,
      conflictsByKey: [conflict(base, base)],
    }));
    expect(broken([put(base)], hidden)).toEqual(['convergence']);
  });
});

describe('checkCounters', () => {
  const count = (id: string, by: number, answer: Answer, region: string = W): Attempt =>
    attempt(
      { id, client: 'ann', idempotencyKey: id, kind: 'increment', counter: 'visits', by },
      region,
      answer,
    );
  const ok = { status: 200 };
  const lost = { status: 0, error: 'reset' };
  const list = [count('a', 5, ok), count('b', -2, ok), count('c', 100, lost), count('d', 7, { status: 422 })];

  test.each([3, 103])(
    'checkCounters() is content with %i, of which an unknown increment may be part',
    (value) => {
      expect(broken(list, views({ counters: { visits: value } }))).toEqual([]);
    },
  );

  test.each([
    [0, 'an increment that was lost'],
    [8, 'a keyed increment that was counted twice'],
    [53, 'a part of an increment'],
    [10, 'an increment that was refused'],
  ])('checkCounters() notices %i: %s', (value) => {
    expect(broken(list, views({ counters: { visits: value } }))).toEqual(['counters']);
  });

  test('checkCounters() takes two acknowledgements of one key for one increment', () => {
    const raced = [count('a', 5, ok), count('a', 5, ok, C)];
    expect(broken(raced, views({ counters: { visits: 5 } }))).toEqual([]);
    expect(broken(raced, views({ counters: { visits: 10 } }))).toEqual(['counters']);
  });
});

describe('checkIdempotency', () => {
  const operation: Operation = { id: 'made', client: 'ann', idempotencyKey: 'k', kind: 'post', pk: 'p' };
  const made = image(W, { [W]: 7, [C]: 7 }, 'made');
  const post = (item: typeof made, region: string = W, answer: Partial<Answer> = {}) =>
    attempt(operation, region, { status: 200, item, ...answer });

  test('checkIdempotency() is content when both regions make the same item', () => {
    const list = [post(made), post({ ...made, region: C }, C), post(made, W, { isReplay: true })];
    expect(broken(list, views({ items: [made] }))).toEqual([]);
  });

  test('checkIdempotency() notices a second item, in the answers or in the list', () => {
    const second = { ...made, sk: 'second' };
    expect(broken([post(made), post(second, C)], views({ items: [made, second] }))).toContain('idempotency');
    expect(broken([post(made)], views({ items: [made, second] }))).toContain('idempotency');
  });

  test('checkIdempotency() notices another version of the same item', () => {
    const other = image(C, { [C]: 9 }, 'made');
    expect(broken([post(made), post(other, C)], views({ items: [made] }))).toContain('idempotency');
  });

  test('checkIdempotency() notices an answer with the content of another write', () => {
    const other = image(W, { [W]: 8 }, 'other');
    expect(broken([put(other), post({ ...other })], views({ items: [other] }))).toContain('idempotency');
  });

  test('checkIdempotency() notices what nobody wrote', () => {
    expect(broken([], views({ items: [made] }))).toContain('idempotency');
  });

  test('checkIdempotency() notices a keyed write that is made again on top of itself, and nothing but that', () => {
    const [first, between] = [image(W, { [W]: 5 }, 'k'), image(W, { [W]: 7 }, 'between')];
    const again = image(W, { [W]: 9 }, 'k');
    const list = [put(first, { key: 'k' }), put(between), put(again, { key: 'k' })];
    expect(broken(list, views({ items: [again] }))).toContain('idempotency');
    const elsewhere = image(C, { [C]: 9 }, 'k');
    const twice = [put(first, { key: 'k' }), put(between), put(elsewhere, { key: 'k' })];
    const final = views({ items: [elsewhere], conflicts: [conflict(between, elsewhere)] });
    expect(broken(twice, final)).toEqual([]);
  });

  test('checkIdempotency() notices a deletion that a region makes again after it had acknowledged it', () => {
    const revived = image(W, { [W]: 9 }, 'revived');
    const gone = (count: number, key: string) => remove('gone', image(W, { [W]: count }), { key });
    const list = [put(image(W, { [W]: 5 }, 'first')), gone(7, 'k'), put(revived), gone(11, 'k')];
    expect(broken(list, views({}))).toEqual(['idempotency']);
    const replayed = remove('gone', image(W, { [W]: 7 }), { key: 'k', answer: { isReplay: true } });
    expect(broken([...list.slice(0, 3), replayed], views({ items: [revived] }))).toEqual([]);
  });

  test('checkIdempotency() notices a repetition that is none', () => {
    expect(broken([post(made, W, { isReplay: true })], views({ items: [made] }))).toEqual(['idempotency']);
  });

  test('checkIdempotency() notices another request that is taken under a used key', () => {
    const misuse = (status: number) =>
      attempt(
        {
          id: 'bad',
          client: 'ann',
          idempotencyKey: 'k',
          kind: 'misuse',
          method: 'POST',
          path: '/write',
          body: { pk: 'p' },
        },
        W,
        { status, problem: 'idempotency-key-reused' },
      );
    expect(broken([post(made), misuse(422)], views({ items: [made] }))).toEqual([]);
    expect(broken([post(made), misuse(200)], views({ items: [made] }))).toEqual(['idempotency']);
  });
});

describe('checkAnswers', () => {
  test.each(['internal-error', 'invalid-session', 'idempotency-key-reused'])(
    'checkAnswers() notices %s in answer to a correct client',
    (problem) => {
      const strange = put(image(W, { [W]: 20 }, 'x'), { answer: { status: 500, problem } });
      expect(broken([put(base), strange], views({ items: [image(W, { [W]: 20 }, 'x')] }))).toEqual([
        'answers',
      ]);
    },
  );

  test('checkAnswers() takes an outage for what it is', () => {
    const out = attempt({ id: 'r', client: 'ann', kind: 'read', pk: 'p', sk: 's' }, W, {
      status: 503,
      problem: 'table-unavailable',
    });
    expect(broken([put(base), out], views({ items: [base] }))).toEqual([]);
  });
});
