import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ItemImage } from '../../src/domain/item-image.ts';
import { fromImageRecord, toImageRecord } from '../../src/store/image-record.ts';
import { noJsonValue, readAttributes } from '../../src/store/table-record.ts';
import { imageIn } from './arbitraries.ts';
import { toAttributes } from './to-attributes.ts';

const time = '2026-11-22T12:00:00.000Z';
const image: ItemImage = {
  ...{ pk: 'a', sk: 'b', createdAt: time, updatedAt: time, ttl: 1_795_000_000, region: 'eu-west-1' },
  ...{ version: { 'eu-west-1': 7, 'eu-central-1': 3 }, dot: 7, history: [1, 2], deleted: false },
  data: { n: 1 },
  keyedWrites: [
    {
      ...{ key: 'k', request: 'q', dot: 2, region: 'eu-central-1', version: { 'eu-central-1': 2 } },
      ...{ createdAt: time, updatedAt: '2026-11-22T12:00:01.000Z', ttl: 9, until: 12, deleted: true },
    },
  ],
};
const keyRecord = { k: 'k', q: 'q', d: 2, r: 'eu-central-1', v: 'eu-central-1=2', u: time, t: 9, e: 12 };
const record = { ...toImageRecord(image), data: { n: 1 } };

describe('toImageRecord()', () => {
  it('puts each region’s count at the top, and leaves out what is empty', () => {
    const { data: _none, ...bare } = image;
    expect(toImageRecord({ ...bare, history: [], keyedWrites: [] })).toStrictEqual({
      ...{ pk: 'a', sk: 'b', createdAt: time, updatedAt: time, ttl: 1_795_000_000, region: 'eu-west-1' },
      ...{ dot: 7, 'v#eu-west-1': 7, 'v#eu-central-1': 3 },
    });
    expect(toImageRecord({ ...bare, deleted: true })).toMatchObject({
      ...{ deleted: true, history: [1, 2] },
      keys: [{ ...keyRecord, u: '2026-11-22T12:00:01.000Z', c: time, x: true }],
    });
  });

  it('keeps what hundreds of writes leave behind below 4 KB', () => {
    const count = Number.MAX_SAFE_INTEGER;
    const regions = ['ap-southeast-1', 'eu-central-1', 'us-gov-east-1'];
    const version = Object.fromEntries(regions.map((region) => [region, count]));
    const keyedWrite = { ...image.keyedWrites[0], key: 'k'.repeat(32), request: 'q'.repeat(32), version };
    const full = {
      ...image,
      version,
      history: Array.from({ length: 32 }, () => count),
      keyedWrites: Array.from({ length: 8 }, () => keyedWrite),
    };
    expect(JSON.stringify(toImageRecord(full as ItemImage)).length).toBeLessThan(4_096);
  });
});

describe('fromImageRecord()', () => {
  it('gives back the image out of a record of the stream, whatever the image', () => {
    fc.assert(
      fc.property(imageIn('a'), (any) => {
        const attributes = toAttributes(Object.entries(toImageRecord(any)));
        const sent = JSON.parse(JSON.stringify(attributes));
        deepStrictEqual(fromImageRecord(readAttributes(sent) ?? {}), any);
      }),
      { numRuns: 300 },
    );
  });

  it('reads the longest keys that an entity has, and none that is longer', () => {
    const pk = `${'n'.repeat(32)}~${'😀'.repeat(128)}`;
    expect(fromImageRecord({ ...record, pk })).toStrictEqual({ ...image, pk });
    expect(fromImageRecord({ ...record, pk: `${pk}x` })).toBeUndefined();
  });

  it('passes over attributes that it does not know', () => {
    expect(fromImageRecord({ ...record, later: new Set(['x']) })).toStrictEqual(image);
  });

  it.each<[string, object]>([
    ['another program’s', { pk: undefined, sk: undefined }],
    ['the platform’s own', { pk: 'sys#health#eu-west-1' }],
    ['under a key that is not trimmed', { pk: ' a' }],
    ['under too long a key', { pk: 'a'.repeat(162) }],
    ['under a key that is no text', { sk: 5 }],
    ['without a dot', { dot: undefined }],
    ['with a dot that is no count', { dot: 0 }],
    ['with a dot that is no safe integer', { dot: 2 ** 53 }],
    ['without times', { updatedAt: undefined }],
    ['with a time that is none', { createdAt: 'yesterday' }],
    ['with a time in another form', { updatedAt: '2026-11-22T12:00:00Z' }],
    ['with a ttl that is no number', { ttl: 'soon' }],
    ['with a ttl that is no whole number', { ttl: 1.5 }],
    ['without a region', { region: undefined }],
    ['without a version', { 'v#eu-west-1': undefined, 'v#eu-central-1': undefined }],
    ['with a count that is none', { 'v#eu-west-1': -1 }],
    ['with a count that no text can be made of', { 'v#x': { toString: 1 } }],
    ['with a reach that no text can be made of', { reach: { s: { toString: 1 }, n: '', a: 1 } }],
    ['with a count of no region', { 'v#constructor': 1 }],
    ['with a history that is no list', { history: 5 }],
    ['with a history of other things', { history: ['1'] }],
    ['with too long a history', { history: Array.from({ length: 33 }, () => 1) }],
    ['with a mark of deletion that is none', { deleted: 'yes' }],
    ['that is a tombstone with data', { deleted: true }],
    ['with data that JSON has no value for', { data: { list: [new Set(['x'])] } }],
    ['with a member that callers may not send', { data: { '': 1 } }],
    ['with half a surrogate pair', { data: ['\ud83d'] }],
    ['with binary data', { data: new Uint8Array(1) }],
    ['with a number that JSON has no value for', { data: Number.POSITIVE_INFINITY }],
    ['with keys that are no list', { keys: {} }],
    ['with a key’s record that is none', { keys: [null] }],
    ['with a key’s record without a version', { keys: [{ ...keyRecord, v: '' }] }],
    ['with a key’s record of another time', { keys: [{ ...keyRecord, u: 1 }] }],
    ['with too many keys', { keys: Array.from({ length: 9 }, () => keyRecord) }],
  ])('gives nothing for a record %s', (_what, damage) => {
    const damaged = Object.entries({ ...record, ...damage }).filter(([, value]) => value !== undefined);
    expect(fromImageRecord(record)).toStrictEqual(image);
    expect(fromImageRecord(Object.fromEntries(damaged))).toBeUndefined();
  });

  it('never throws, whatever lies in the table', () => {
    const names = fc.constantFrom(...Object.keys(record), 'v#x');
    fc.assert(
      fc.property(fc.dictionary(names, fc.anything()), (anything) => {
        expect(() => fromImageRecord({ ...record, ...anything })).not.toThrow();
        expect(() => fromImageRecord(anything)).not.toThrow();
      }),
    );
  });
});

describe('readAttributes()', () => {
  it('reads every type that JSON has a value for', () => {
    const L = [{ N: '-1.5e3' }, { NULL: true }, { BOOL: false }];
    expect(readAttributes({ a: { S: 'x' }, b: { L }, c: { M: { __proto__: { S: 'y' } } } })).toStrictEqual({
      ...{ a: 'x', b: [-1500, null, false], c: {} },
    });
    const sent = JSON.parse('{"m":{"M":{"__proto__":{"S":"y"},"constructor":{"S":"z"}}}}');
    expect(JSON.stringify(readAttributes(sent))).toBe('{"m":{"__proto__":"y","constructor":"z"}}');
  });

  it('gives no value of JSON for sets, binary and nonsense, and nothing for what is no map', () => {
    const odd = { a: { SS: ['x'] }, b: { NS: ['1'] }, c: { B: 'eA==' }, d: {}, e: null, f: 'x', g: { L: 5 } };
    expect(Object.values(readAttributes(odd) ?? {})).toStrictEqual(Object.keys(odd).map(() => noJsonValue));
    expect([undefined, null, 'x', 5].map(readAttributes)).toStrictEqual(Array(4).fill(undefined));
  });

  it('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(() => readAttributes(anything)).not.toThrow();
      }),
    );
  });
});
