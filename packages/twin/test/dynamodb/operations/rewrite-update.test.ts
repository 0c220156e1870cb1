import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addAssignment, stampUpdate } from '../../../src/dynamodb/operations/rewrite-update.ts';

const STAMP = '0mstamp00000.eu-west-1';

describe('addAssignment()', () => {
  test.each([
    ['SET a = :a', 'SET #s = :s, a = :a'],
    ['set a = :a', 'set #s = :s, a = :a'],
    ['REMOVE a SET b = :b', 'REMOVE a SET #s = :s, b = :b'],
    ['REMOVE a', 'SET #s = :s REMOVE a'],
    ['ADD #set :set', 'SET #s = :s ADD #set :set'],
    ['REMOVE a.set, b[0]', 'SET #s = :s REMOVE a.set, b[0]'],
    ['DELETE setting :set', 'SET #s = :s DELETE setting :set'],
    ['\n  SET\ta = if_not_exists(a, :z)\nADD n :n', '\n  SET #s = :s,\ta = if_not_exists(a, :z)\nADD n :n'],
    [undefined, 'SET #s = :s'],
  ])('addAssignment(%j) gives %j', (expression, expected) => {
    expect(addAssignment(expression, '#s = :s')).toBe(expected);
  });

  test.each(['', '   '])('addAssignment() refuses %j, which the stamp would make valid', (expression) => {
    expect(() => addAssignment(expression, '#s = :s')).toThrow('The expression can not be empty');
  });

  test('addAssignment() adds one assignment to the SET clause and leaves every other clause as it was', () => {
    const name = fc.constantFrom('#set', '#a', 'b.set', 'c[2].d', 'reset', 'set_1');
    const value = fc.constantFrom(
      ':set',
      ':v',
      'if_not_exists(#a, :v)',
      'list_append(b.set, :set)',
      '#a + :v',
    );
    const clause = {
      SET: fc.array(
        fc.tuple(name, value).map(([left, right]) => `${left} = ${right}`),
        { minLength: 1, maxLength: 3 },
      ),
      REMOVE: fc.array(name, { minLength: 1, maxLength: 3 }),
      ADD: fc.array(
        name.map((left) => `${left} :v`),
        { minLength: 1, maxLength: 3 },
      ),
      DELETE: fc.array(
        name.map((left) => `${left} :set`),
        { minLength: 1, maxLength: 3 },
      ),
    };
    const clauses = fc
      .record(clause, { requiredKeys: [] })
      .filter((record) => Object.keys(record).length > 0)
      .chain((record) =>
        fc.shuffledSubarray(Object.entries(record), { minLength: Object.keys(record).length }),
      );
    fc.assert(
      fc.property(clauses, fc.constantFrom(' ', '\n', '  '), fc.boolean(), (parts, space, lower) => {
        const keyword = (word: string) => (lower ? word.toLowerCase() : word);
        const texts = parts.map(([word, members]) => `${keyword(word)}${space}${members.join(`,${space}`)}`);
        const rewritten = addAssignment(texts.join(space), '#s = :s');
        const withoutStamp = parts.some(([word]) => word === 'SET')
          ? rewritten.replace(' #s = :s,', '')
          : rewritten.replace('SET #s = :s ', '');
        expect(withoutStamp).toBe(texts.join(space));
        expect(rewritten.match(/#s = :s/g)).toHaveLength(1);
      }),
    );
  });
});

describe('stampUpdate()', () => {
  test('stampUpdate() takes placeholders that the request does not use', () => {
    const stamped = stampUpdate(
      {
        UpdateExpression: 'SET #twin_stamp = :twin_stamp',
        ExpressionAttributeNames: { '#twin_stamp': 'mine' },
        ExpressionAttributeValues: { ':twin_stamp': { S: 'x' } },
      },
      STAMP,
    );
    expect(stamped).toEqual({
      UpdateExpression: 'SET #twin_stamp2 = :twin_stamp2, #twin_stamp = :twin_stamp',
      ExpressionAttributeNames: { '#twin_stamp': 'mine', '#twin_stamp2': '~twin:stamp' },
      ExpressionAttributeValues: { ':twin_stamp': { S: 'x' }, ':twin_stamp2': { S: STAMP } },
    });
  });

  test('stampUpdate() adds to AttributeUpdates when the request uses the older parameters', () => {
    const own = { '~twin:stamp': { Action: 'PUT', Value: { S: STAMP } } };
    const updates = { n: { Action: 'ADD', Value: { N: '1' } } };
    expect(stampUpdate({ AttributeUpdates: updates }, STAMP)).toEqual({
      AttributeUpdates: { ...updates, ...own },
    });
    expect(stampUpdate({ Expected: { n: { Exists: false } } }, STAMP)).toMatchObject({
      AttributeUpdates: own,
    });
  });
});
