import { describe, expect, test } from 'vitest';
import { compileFilters } from '../../src/event-sources/record-filter.ts';
import { recordOf } from './lambda-record-fixture.ts';

describe('compileFilters()', () => {
  test('takes every record when there is no filter', () => {
    const filter = compileFilters([]);
    expect(filter.mayMatch({ eventName: 'INSERT', expired: false })).toBe(true);
    expect(filter.matches(recordOf(1))).toBe(true);
  });

  test('takes a record that one of several filters matches', () => {
    const { matches } = compileFilters([
      { eventName: ['REMOVE'] },
      { dynamodb: { Keys: { pk: { S: ['p1'] } } } },
    ]);
    expect(matches(recordOf(1))).toBe(true);
    expect(matches(recordOf(2))).toBe(false);
    expect(matches(recordOf(2, { eventName: 'REMOVE' }))).toBe(true);
  });

  test('tells without the images what no filter can match', () => {
    const { mayMatch } = compileFilters([
      { eventName: ['MODIFY'], dynamodb: { OldImage: { region: { S: ['eu-west-1'] } } } },
      { eventName: ['REMOVE'], userIdentity: { type: [{ exists: false }] } },
    ]);
    expect(mayMatch({ eventName: 'INSERT', expired: false })).toBe(false);
    expect(mayMatch({ eventName: 'MODIFY', expired: false })).toBe(true);
    expect(mayMatch({ eventName: 'REMOVE', expired: false })).toBe(true);
    expect(mayMatch({ eventName: 'REMOVE', expired: true })).toBe(false);
  });

  test('leaves to the images what they decide, $or included', () => {
    const { mayMatch } = compileFilters([{ $or: [{ eventName: ['MODIFY'] }, { awsRegion: ['x'] }] }]);
    expect(mayMatch({ eventName: 'INSERT', expired: false })).toBe(true);
  });
});
