import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRingBuffer } from '../src/traffic/ring-buffer.ts';

describe('createRingBuffer()', () => {
  it('keeps the latest values in their order, whatever was pushed', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer(), { maxLength: 100 }),
        (capacity, values) => {
          const buffer = createRingBuffer<number>(capacity);
          for (const value of values) buffer.push(value);
          expect(buffer.toArray()).toEqual(values.slice(-capacity));
          expect(buffer.size).toBe(Math.min(values.length, capacity));
        },
      ),
    ));

  it('starts anew when it is cleared', () => {
    const buffer = createRingBuffer<string>(2);
    for (const value of ['a', 'b', 'c']) buffer.push(value);
    buffer.clear();
    buffer.push('d');
    expect(buffer.toArray()).toEqual(['d']);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses the capacity %d', (capacity) => {
    expect(() => createRingBuffer(capacity)).toThrow(/capacity is .*, a whole number from 1 is needed/);
  });
});
