import { describe, expect, test } from 'vitest';
import { readSessionToken } from '../src/session-token.ts';
import { C, W } from './judge/history-fixture.ts';

describe('readSessionToken', () => {
  test('readSessionToken() reads regions and counts, which stand for the dot where they are left out', () => {
    const token = '1~9f86d081884c7d65.eu-west-1.1r2..mk3z0a8w.tps0z3~0f86d081884c7d65.eu-central-1.a.b.c.d';
    expect(readSessionToken(token)).toEqual([
      { item: '9f86d081884c7d65', region: W, count: Number.parseInt('1r2', 36) },
      { item: '0f86d081884c7d65', region: C, count: 11 },
    ]);
    expect(readSessionToken('2~new')).toEqual([]);
  });
});
