import { encodeSession, type Sighting } from '@gsp/platform/contract';
import { describe, expect, test } from 'vitest';
import { createSession } from '../src/session.ts';

const sighting = (item: string, more: Partial<Sighting> = {}): Sighting => ({
  item: item.padEnd(16, '0'),
  region: 'eu-west-1',
  dot: 7,
  count: 7,
  updatedAtMs: 1_700_000_000_000,
  until: 1_700_003_600,
  ...more,
});
const [itemA, itemB] = [sighting('a'), sighting('b')];
const [tokenA, tokenB] = [encodeSession([itemA]), encodeSession([itemB])];

describe('createSession()', () => {
  test('has no token when nothing was seen', () => {
    expect(createSession().token).toBeUndefined();
  });

  test('carries on a token when given one, and none when it is damaged', () => {
    expect(createSession(tokenA).token).toBe(tokenA);
    expect(createSession('1~damaged').token).toBeUndefined();
    expect(createSession('').token).toBeUndefined();
  });

  test('note() keeps what both have seen when answers come together', () => {
    const session = createSession();
    session.note(tokenA);
    session.note(tokenB);
    expect(session.token).toBe(encodeSession([itemB, itemA]));
  });

  test('note() leaves a damaged token out', () => {
    const session = createSession(tokenA);
    session.note('nonsense');
    expect(session.token).toBe(tokenA);
  });

  test('note() keeps a later write when an answer asked for before brings the earlier one', () => {
    const later = encodeSession([sighting('a', { dot: 9, count: 9, updatedAtMs: itemA.updatedAtMs - 5 })]);
    const session = createSession(tokenA);
    session.note(later, tokenA);
    session.note(tokenA, tokenA);
    expect(session.token).toBe(later);
  });

  test('two sessions share nothing', () => {
    const [one, other] = [createSession(), createSession()];
    one.note(tokenA);
    expect(other.token).toBeUndefined();
  });
});
