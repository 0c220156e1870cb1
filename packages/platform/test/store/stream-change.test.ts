import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncrementRecord } from '../../src/domain/counter.ts';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { toImageRecord } from '../../src/store/image-record.ts';
import { toIncrementRecord } from '../../src/store/increment-record.ts';
import { readStreamRecord, type StreamRecord } from '../../src/store/stream-change.ts';
import { toAttributes } from './to-attributes.ts';

const time = '2026-11-22T12:00:00.000Z';
const before: ItemImage = {
  ...{ pk: 'a', sk: 'b', createdAt: time, updatedAt: time, ttl: 1_795_000_000, region: 'eu-west-1' },
  ...{ version: { 'eu-west-1': 7 }, dot: 7, history: [], deleted: false, data: 'x', keyedWrites: [] },
};
const after: ItemImage = {
  ...{ ...before, region: 'eu-central-1', version: { 'eu-central-1': 3 }, dot: 3 },
};
const increment: IncrementRecord = {
  ...{ id: 'c', key: 'k', request: 'r', by: 5, region: 'eu-west-1', atMs: 1_000, until: 60, ttl: 60 },
};
const attributes = (record: object) => toAttributes(Object.entries(record));
const old = attributes(toImageRecord(before));
const replacement = attributes(toImageRecord(after));

function recordOf(eventName: string, dynamodb: object, rest: object = {}): StreamRecord {
  const ApproximateCreationDateTime = 1_795_000_000;
  return { eventID: '1', eventName, dynamodb: { ApproximateCreationDateTime, ...dynamodb }, ...rest };
}

describe('readStreamRecord()', () => {
  it('gives what replaced an image, and when', () => {
    const record = recordOf('MODIFY', { OldImage: old, NewImage: replacement });
    const change = { kind: 'item', before, after, atMs: 1_795_000_000_000 };
    expect(readStreamRecord(record)).toStrictEqual({ change });
  });

  it('takes fractions of a second', () => {
    const record = recordOf('REMOVE', { OldImage: old, ApproximateCreationDateTime: 1_795_000_000.123 });
    expect(readStreamRecord(record)).toStrictEqual({
      change: { kind: 'item', before, atMs: 1_795_000_000_123 },
    });
  });

  it('gives what replaced or removed the record of a keyed increment', () => {
    const OldImage = attributes(toIncrementRecord(increment));
    const other = { ...increment, region: 'eu-central-1', atMs: 2_000 };
    const NewImage = attributes(toIncrementRecord(other));
    expect(readStreamRecord(recordOf('MODIFY', { OldImage, NewImage }))).toStrictEqual({
      change: { kind: 'increment', before: increment, after: other },
    });
    expect(readStreamRecord(recordOf('REMOVE', { OldImage }))).toStrictEqual({
      change: { kind: 'increment', before: increment },
    });
  });

  it.each<[string, StreamRecord]>([
    ['a new item', recordOf('INSERT', { NewImage: replacement })],
    [
      'the replica’s own removal of an expired item',
      recordOf('REMOVE', { OldImage: old }, { userIdentity: { type: 'Service' } }),
    ],
    [
      'another record of the platform',
      recordOf('REMOVE', { OldImage: attributes({ pk: 'sys#x', sk: 'y' }) }),
    ],
    [
      'a part of a counter',
      recordOf('MODIFY', { OldImage: attributes({ pk: 'sys#counter#c', sk: 'shard#eu-west-1', value: 1 }) }),
    ],
    [
      'a record of another program',
      recordOf('REMOVE', { OldImage: attributes({ pk: 'a', sk: 'b', note: 'x' }) }),
    ],
    ['a record without keys', recordOf('REMOVE', { OldImage: {} })],
    ['an event that is none', {}],
  ])('gives nothing for %s', (_what, record) => {
    expect(readStreamRecord(record)).toStrictEqual({});
  });

  it('gives a write that another program has replaced as removed', () => {
    const NewImage = attributes({ pk: 'a', sk: 'b', region: 'eu-central-1' });
    expect(readStreamRecord(recordOf('MODIFY', { OldImage: old, NewImage }))).toStrictEqual({
      change: { kind: 'item', before, atMs: 1_795_000_000_000 },
      issue: 'overwritten',
    });
  });

  it.each<[string, object]>([
    ['an image that is damaged', { OldImage: { ...old, ttl: { S: 'soon' } }, NewImage: replacement }],
    ['an image with a set inside', { OldImage: { ...old, data: { SS: ['x'] } } }],
    ['no time', { OldImage: old, ApproximateCreationDateTime: undefined }],
    [
      'a record of an increment that is damaged',
      { OldImage: attributes({ pk: 'sys#counter#c', sk: 'key#k' }) },
    ],
    [
      'one that replaced a good one',
      {
        OldImage: attributes(toIncrementRecord(increment)),
        NewImage: attributes({ pk: 'sys#counter#c', sk: 'key#k' }),
      },
    ],
  ])('tells the issue when there is %s', (_what, dynamodb) => {
    expect(readStreamRecord(recordOf('MODIFY', dynamodb))).toStrictEqual({ issue: 'damaged' });
  });

  it('never throws, whatever is handed over', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (a, b) => {
        const record = recordOf('MODIFY', { OldImage: { ...old, data: a, keys: b }, NewImage: a });
        expect(() => readStreamRecord(record)).not.toThrow();
      }),
    );
  });
});
