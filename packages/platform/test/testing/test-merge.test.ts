import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defineEntity } from '../../src/entities/define-entity.ts';
import { testMerge } from '../../src/testing/test-merge.ts';
import { note, order } from '../entities/order-entity.ts';

const schema = z.object({ tags: z.array(z.string()).max(8), total: z.int().nonnegative() });
type Fields = z.output<typeof schema>;
const entityWith = (merge: (mine: Fields, theirs: Fields) => Fields) =>
  defineEntity({ name: 'cart', schema, merge });
const joined = (mine: Fields, theirs: Fields) => [...new Set([...theirs.tags, ...mine.tags])];
const document = (random: (limit: number) => number) => ({ tags: [`t${random(1_000)}`], total: random(100) });

describe('testMerge()', () => {
  test('passes a merge that converges', async () => {
    await testMerge(order, { keeps: (kept, written) => written.every(({ total }) => kept.total >= total) });
  });

  test('hands out documents as they are stored, with their defaults', async () => {
    const lines = (kept: { readonly lines: readonly unknown[] }) => Array.isArray(kept.lines);
    await testMerge(order, { runs: 20, keeps: (kept, written) => [kept, ...written].every(lines) });
  });

  test('passes a merge that does not commute', async () => {
    const cart = entityWith((mine, theirs) => ({ tags: joined(mine, theirs), total: theirs.total }));
    await testMerge(cart, {
      document,
      keeps: (kept, written) => written.every(({ tags }) => tags.every((tag) => kept.tags.includes(tag))),
    });
  });

  test.each<[string, (mine: Fields, theirs: Fields) => Fields, string]>([
    ['loses what was written', (_, theirs) => theirs, 'what is kept lacks what was written'],
    [
      'throws',
      () => {
        throw new Error('no');
      },
      'a conflict is only logged, since it threw',
    ],
    [
      'answers what the schema refuses',
      (mine, theirs) => ({ tags: joined(mine, theirs), total: -1 }),
      'a conflict is only logged, since the schema refuses what it answered: total',
    ],
    [
      'is not the same twice',
      (() => {
        let calls = 0;
        return (mine: Fields, theirs: Fields) => {
          calls += 1;
          return { tags: joined(mine, theirs).slice(calls % 2), total: theirs.total };
        };
      })(),
      'what is kept lacks what was written',
    ],
  ])('fails for a merge that %s', async (_, merge, said) => {
    const keeps = (kept: Fields, written: readonly Fields[]) =>
      written.every(({ tags }) => tags.every((tag) => kept.tags.includes(tag)));
    await expect(testMerge(entityWith(merge), { document, keeps })).rejects.toThrow(said);
  });

  test('tells the run, and repeats it', async () => {
    const cart = entityWith((_, theirs) => theirs);
    const keeps = (kept: Fields, written: readonly Fields[]) =>
      written.every(({ total }) => total <= kept.total);
    const error = await testMerge(cart, { document, keeps }).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: 'MergeTestError', seed: expect.any(Number) });
    expect(String(error)).toMatch(/region-1 writes .*\n[\s\S]*Repeat this run with \{ seed: \d+, runs: 1 \}/);
    const { seed } = error as { readonly seed: number };
    await expect(testMerge(cart, { document, keeps, seed, runs: 1 })).rejects.toThrow(
      String(error).split('\n')[1],
    );
  });

  test('says when there is nothing to test', async () => {
    await expect(testMerge(note)).rejects.toThrow('it has none. Define one.');
    const picky = z.object({ code: z.string().regex(/^INV-\d{9}$/) });
    const invoice = defineEntity({ name: 'invoice', schema: picky, merge: (_, theirs) => theirs });
    await expect(testMerge(invoice)).rejects.toThrow('Hand in "document".');
  });
});
