import fc from 'fast-check';
import { findUnstorable, type JsonValue } from '../../src/contract/json-value.ts';
import { historyMax, type ItemImage, keyedWritesMax } from '../../src/domain/item-image.ts';
import type { KeyedWrite } from '../../src/domain/keyed-write.ts';

/** Any text that is well-formed Unicode. */
const text = fc.string({ unit: 'binary' });

/** Any JSON value that the contract accepts, awkward member names and numbers included. */
const storableJson: fc.Arbitrary<JsonValue> = fc
  .letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, min: -9e125, max: 9e125 }),
      fc.integer(),
      text,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(
          text,
          fc.constantFrom('constructor', 'toString', 'length', 'S', 'N', 'wrapNumbers', 'a.b', '#a', ':a'),
        ),
        tie('value'),
        { maxKeys: 4, noNullPrototype: true },
      ),
    ),
  }))
  .value.map(dropMinusZero)
  .filter((value) => findUnstorable(value).length === 0);

// JSON writes -0 as 0, so no caller can tell them apart.
function dropMinusZero(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value));
}

const region = fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1');
const count = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const version = fc.dictionary(region, count, { minKeys: 1, noNullPrototype: true });
const ttl = fc.integer({ min: 1, max: 4_000_000_000 });
const time = fc
  .date({ min: new Date(0), max: new Date('2199-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const digest = fc.stringMatching(/^[0-9a-f]{32}$/);

const keyedWrite: fc.Arbitrary<KeyedWrite> = fc.record(
  {
    ...{ key: digest, request: digest, keyMs: count, until: ttl, dot: count, region, version, ttl },
    ...{ createdAt: time, updatedAt: time, deleted: fc.boolean() },
  },
  {
    requiredKeys: [
      ...(['key', 'request', 'until', 'dot', 'region', 'version'] as const),
      ...(['createdAt', 'updatedAt', 'deleted'] as const),
    ],
    noNullPrototype: true,
  },
);

/** Any image that the API may store, under a partition key that is given: an item or a tombstone. */
export function imageIn(pk: string): fc.Arbitrary<ItemImage> {
  const image = fc.record(
    {
      pk: fc.constant(pk),
      sk: fc.uuid({ version: 7 }),
      ...{ createdAt: time, updatedAt: time, ttl, region, version, dot: count },
      history: fc.array(count, { maxLength: historyMax }),
      reach: fc.record(
        { since: fc.oneof(version, fc.constant({})), next: version, age: fc.nat({ max: 15 }) },
        { noNullPrototype: true },
      ),
      deleted: fc.boolean(),
      data: storableJson,
      keyedWrites: fc.array(keyedWrite, { maxLength: keyedWritesMax }),
      forgotten: fc.record({ keyMs: count, until: ttl }, { noNullPrototype: true }),
    },
    {
      requiredKeys: [
        ...(['pk', 'sk', 'createdAt', 'updatedAt', 'region', 'version', 'dot', 'history'] as const),
        ...(['deleted', 'keyedWrites'] as const),
      ],
      noNullPrototype: true,
    },
  );
  return image.map(({ data, ...rest }) => (rest.deleted || data === undefined ? rest : { ...rest, data }));
}
