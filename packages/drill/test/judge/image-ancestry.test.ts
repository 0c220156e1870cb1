import { describe, expect, test } from 'vitest';
import { parentsOf } from '../../src/judge/image-ancestry.ts';
import { C, W } from './history-fixture.ts';

const REGIONS = [W, C];

describe('parentsOf', () => {
  const at = (region: string, version: Record<string, number>) => ({ region, version });
  const [w5, w9] = [at(W, { [W]: 5 }), at(W, { [W]: 9 })];
  const w9c3 = at(C, { [W]: 9, [C]: 3 });

  test('parentsOf() finds the nearest image of the same chain', () => {
    expect(parentsOf(w9, [w5, w9, w9c3], REGIONS)).toEqual({ images: [w5], isCertain: true });
    expect(parentsOf(w9c3, [w5, w9, w9c3], REGIONS)).toEqual({ images: [w9], isCertain: true });
  });

  test('parentsOf() is not certain when the image in between is unknown', () => {
    const later = at(W, { [W]: 14, [C]: 4 });
    expect(parentsOf(later, [w5, w9c3, at(C, { [C]: 6 })], REGIONS)).toEqual({
      images: [w5, w9c3],
      isCertain: false,
    });
  });

  test('parentsOf() gives the first write of a key no parents', () => {
    const created = at(W, { [W]: 20, [C]: 20 });
    expect(parentsOf(created, [w5, w9, created], REGIONS)).toEqual({ images: [], isCertain: true });
  });
});
