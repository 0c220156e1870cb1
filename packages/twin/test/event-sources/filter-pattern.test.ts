import { describe, expect, test } from 'vitest';
import { compilePattern, type FilterPattern } from '../../src/event-sources/filter-pattern.ts';
import { FilterPatternError } from '../../src/event-sources/filter-rule.ts';
import type { JsonObject } from '../../src/json-value.ts';

/** The comparisons of https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html, and their edges. */
const EVENT: JsonObject = {
  eventName: 'MODIFY',
  nothing: null,
  empty: '',
  flag: true,
  count: 5,
  dynamodb: {
    Keys: { pk: { S: 'user#1' } },
    OldImage: { region: { S: 'eu-west-1' }, n: { N: '5' } },
    NewImage: {
      region: { S: 'eu-central-1' },
      tags: { SS: ['red', 'blue'] },
      list: { L: [{ S: 'a' }, { N: '1' }] },
    },
  },
};
const region = (rules: FilterPattern[string]): FilterPattern => ({
  dynamodb: { OldImage: { region: { S: rules } } },
});

describe('compilePattern()', () => {
  test.each<[string, FilterPattern, boolean]>([
    ['equals', region(['eu-west-1']), true],
    ['equals one of several', region(['us-east-1', 'eu-west-1']), true],
    ['equals none', region(['us-east-1']), false],
    ['equals of another case', region(['EU-WEST-1']), false],
    ['equals-ignore-case', region([{ 'equals-ignore-case': 'EU-West-1' }]), true],
    ['null', { nothing: [null] }, true],
    ['null of a text', { empty: [null] }, false],
    ['empty text', { empty: [''] }, true],
    ['true', { flag: [true] }, true],
    ['a number', { count: [5] }, true],
    ['a number as text', { count: ['5'] }, false],
    ['several fields', { eventName: ['MODIFY'], ...region(['eu-west-1']) }, true],
    ['several fields, one wrong', { eventName: ['INSERT'], ...region(['eu-west-1']) }, false],
    ['prefix', region([{ prefix: 'eu-' }]), true],
    ['prefix, other', region([{ prefix: 'us-' }]), false],
    ['prefix in any case', region([{ prefix: { 'equals-ignore-case': 'EU-' } }]), true],
    ['suffix', region([{ suffix: '-1' }]), true],
    ['suffix, other', region([{ suffix: '-2' }]), false],
    ['anything-but one', region([{ 'anything-but': 'eu-west-1' }]), false],
    ['anything-but another', region([{ 'anything-but': 'us-east-1' }]), true],
    ['anything-but a list', region([{ 'anything-but': ['us-east-1', 'eu-west-1'] }]), false],
    ['anything-but a prefix', region([{ 'anything-but': { prefix: 'eu-' } }]), false],
    ['anything-but other prefixes', region([{ 'anything-but': { prefix: ['us-', 'ap-'] } }]), true],
    ['anything-but a suffix', region([{ 'anything-but': { suffix: '-1' } }]), false],
    [
      'anything-but in any case',
      region([{ 'anything-but': { 'equals-ignore-case': ['EU-WEST-1'] } }]),
      false,
    ],
    ['anything-but of a field that is not there', { other: [{ 'anything-but': 'x' }] }, false],
    ['numeric', { count: [{ numeric: ['=', 5] }] }, true],
    ['numeric range', { count: [{ numeric: ['>', 0, '<=', 5] }] }, true],
    ['numeric range, outside', { count: [{ numeric: ['>', 5, '<', 9] }] }, false],
    [
      'numeric of a DynamoDB number, which is a text',
      { dynamodb: { OldImage: { n: { N: [{ numeric: ['=', 5] }] } } } },
      false,
    ],
    ['exists', region([{ exists: true }]), true],
    [
      'exists of an absent image',
      { dynamodb: { OldImage: { deleted: { BOOL: [{ exists: true }] } } } },
      false,
    ],
    ['does not exist', { dynamodb: { OldImage: { deleted: { BOOL: [{ exists: false }] } } } }, true],
    ['does not exist, below what is absent', { userIdentity: { type: [{ exists: false }] } }, true],
    ['exists of an object, which is no leaf', { dynamodb: { OldImage: [{ exists: true }] } }, false],
    ['does not exist, of an object', { dynamodb: { OldImage: [{ exists: false }] } }, true],
    ['an element of a set', { dynamodb: { NewImage: { tags: { SS: ['blue'] } } } }, true],
    ['no element of a set', { dynamodb: { NewImage: { tags: { SS: ['green'] } } } }, false],
    ['an element of a list', { dynamodb: { NewImage: { list: { L: { N: ['1'] } } } } }, true],
    [
      'parts of two elements of a list',
      { dynamodb: { NewImage: { list: { L: { N: ['1'], S: ['a'] } } } } },
      false,
    ],
    ['$or, first', { $or: [{ eventName: ['MODIFY'] }, { count: [6] }] }, true],
    ['$or, second', { $or: [{ eventName: ['INSERT'] }, { count: [5] }] }, true],
    ['$or, none', { $or: [{ eventName: ['INSERT'] }, { count: [6] }] }, false],
    ['$or beside a field', { flag: [false], $or: [{ count: [5] }] }, false],
    [
      '$or within',
      { dynamodb: { $or: [{ Keys: { pk: { S: ['x'] } } }, { OldImage: { n: { N: ['5'] } } }] } },
      true,
    ],
  ])('%s', (_, pattern, expected) => {
    expect(compilePattern(pattern)(EVENT)).toBe(expected);
  });

  test.each<[string, FilterPattern, RegExp]>([
    ['an empty pattern', {}, /the pattern is empty/],
    ['a value outside a list', { eventName: 'INSERT' }, /eventName is "INSERT", a list or an object/],
    ['an empty list', { eventName: [] }, /eventName is an empty list/],
    [
      'an unknown comparison',
      { a: { b: [{ wildcard: 'x*' }] } },
      /a\.b has the comparison "wildcard", known are/,
    ],
    ['two comparisons in one object', { a: [{ prefix: 'x', suffix: 'y' }] }, /a needs one comparison/],
    ['a list within a list', { a: [['x']] }, /a holds a list within a list/],
    ['half a numeric range', { a: [{ numeric: ['>'] }] }, /a\.numeric takes a list/],
    ['a numeric comparison that there is not', { a: [{ numeric: ['!', 1] }] }, /a\.numeric has "!" 1/],
    ['a prefix of a number', { a: [{ prefix: 1 }] }, /a\.prefix takes a text, 1 is given/],
    ['exists of a text', { a: [{ exists: 'yes' }] }, /a\.exists takes true or false/],
    ['anything-but of nothing', { a: [{ 'anything-but': [] }] }, /anything-but needs a value/],
    [
      'anything-but of a comparison that there is not',
      { a: [{ 'anything-but': { numeric: [] } }] },
      /known are prefix/,
    ],
  ])('refuses %s', (_, pattern, message) => {
    expect(() => compilePattern(pattern)).toThrow(FilterPatternError);
    expect(() => compilePattern(pattern)).toThrow(message);
  });
});
