import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { pkSchema, skSchema, storedPkSchema } from '../../src/contract/item.ts';
import { writeRequestSchema } from '../../src/contract/item-messages.ts';
import { limits } from '../../src/contract/limits.ts';
import { listQuerySchema } from '../../src/contract/list-query.ts';

describe('pkSchema', () => {
  it.each([
    ['a', 'a'],
    ['  a b  ', 'a b'],
    ['😀'.repeat(64), '😀'.repeat(64)],
    [` ${'x'.repeat(64)} `, 'x'.repeat(64)],
    ['sys', 'sys'],
    ['.', '.'],
    [' .. ', '..'],
    ['a/b?c#d', 'a/b?c#d'],
  ])('accepts %j', (given, pk) => {
    expect(z.parse(pkSchema, given)).toBe(pk);
  });

  it.each(['', '   ', 'x'.repeat(65), '😀'.repeat(65), 'sys#', '  sys#health', '\ud800', 7, null, ['a']])(
    'refuses %j',
    (given) => {
      expect(z.safeParse(pkSchema, given).success).toBe(false);
    },
  );
});

describe('storedPkSchema', () => {
  it('takes the longest name of an entity with the longest value', () => {
    const longest = `${'n'.repeat(limits.entityNameCharactersMax)}~${'😀'.repeat(limits.skCharactersMax)}`;
    expect(z.parse(storedPkSchema, longest)).toBe(longest);
    expect(z.safeParse(storedPkSchema, `${longest}x`).success).toBe(false);
    // It is a sort key too, in the conflict log.
    expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(limits.sortKeyBytesMax);
  });
});

describe('skSchema', () => {
  it('takes a key as it is, spaces included, up to 128 characters', () => {
    expect(z.parse(skSchema, ' a ')).toBe(' a ');
    expect(z.safeParse(skSchema, 'x'.repeat(128)).success).toBe(true);
    expect(z.safeParse(skSchema, 'x'.repeat(129)).success).toBe(false);
    expect(z.safeParse(skSchema, '').success).toBe(false);
  });
});

describe('writeRequestSchema', () => {
  it('fills in the partition key and ignores what it does not know', () => {
    expect(z.parse(writeRequestSchema, { later: true })).toStrictEqual({ pk: 'demo' });
  });

  it('keeps null as data, since null is a JSON value', () => {
    expect(z.parse(writeRequestSchema, { data: null })).toStrictEqual({ pk: 'demo', data: null });
  });

  it.each([0, -1, 1.5, 31_536_001, '60', Number.NaN])('refuses %j seconds to live', (ttlSeconds) => {
    const { error } = z.safeParse(writeRequestSchema, { ttlSeconds });
    expect(error?.issues[0]?.path).toStrictEqual(['ttlSeconds']);
    expect(error?.issues[0]?.message).toBe('must be null or a whole number from 1 to 31536000');
  });
});

describe('listQuerySchema', () => {
  it('asks for 20 items when nothing is said', () => {
    expect(z.parse(listQuerySchema, {})).toStrictEqual({ limit: 20 });
  });
});
