import { pkSchema } from '@gsp/platform/contract';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readJson, readPk } from '../src/items/read-draft.ts';

describe('readPk()', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 70 }),
    fc.constantFrom(
      '.',
      '..',
      ' . ',
      'sys#a',
      ' sys#a',
      'a'.repeat(64),
      '😀'.repeat(64),
      '😀'.repeat(65),
      '\ud800',
    ),
  );

  it('takes what the platform takes, as the platform takes it, and refuses the rest', () =>
    fc.assert(
      fc.property(texts, (text) => {
        const taken = pkSchema.safeParse(text);
        const { value, fault } = readPk(text);
        expect(value).toBe(taken.success ? taken.data : null);
        expect(fault === null).toBe(taken.success);
      }),
    ));
});

describe('readJson()', () => {
  it('gives back any JSON that was written', () =>
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const { value: read, fault } = readJson(JSON.stringify(value));
        if (fault === null) expect(read).toEqual(JSON.parse(JSON.stringify(value)));
        else expect(fault).toMatch(/must/);
      }),
    ));

  it('is nothing, and no fault, when the field is empty', () =>
    expect(readJson('  ')).toEqual({ value: undefined, fault: null }));

  it.each([
    ['{"a":', /^This is no JSON: /],
    ['{"a":{"":1}}', /^a\."" must not have an empty name\.$/],
    ['{"a":[9007199254740993]}', /^a\.0 must be a whole number of at most 9007199254740991, or a string\.$/],
    ['{"a":1,"a":2}', /^a must not have this name twice\.$/],
    ['1e200', /^The value must be 0, or a number of magnitude/],
  ])('says what is wrong with %s', (text, fault) => expect(readJson(text).fault).toMatch(fault));
});
