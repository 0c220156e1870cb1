import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyLock } from '../../../src/dynamodb/write/key-lock.ts';

describe('KeyLock', () => {
  test('acquire() gives a lock to one at a time, in the order of asking', async () => {
    const lock = new KeyLock();
    const order: string[] = [];
    const work = async (name: string) => {
      const release = await lock.acquire('k');
      order.push(`${name} in`);
      await turn();
      order.push(`${name} out`);
      release();
    };
    await Promise.all([work('a'), work('b'), work('c')]);
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  });

  test('acquireAll() excludes overlapping sets, and never ends in a deadlock', async () => {
    const sets = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 4 }), {
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(sets, async (names) => {
        const lock = new KeyLock();
        const held = new Set<string>();
        await Promise.all(
          names.map(async (set) => {
            const release = await lock.acquireAll(set);
            for (const name of new Set(set)) {
              expect(held.has(name)).toBe(false);
              held.add(name);
            }
            await turn();
            for (const name of set) held.delete(name);
            release();
          }),
        );
        expect(held.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
