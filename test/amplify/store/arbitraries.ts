import fc from 'fast-check';
import type { Item } from '../../../amplify/contract/item.ts';
import { findUnstorable, type JsonValue } from '../../../amplify/contract/json-value.ts';

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

/** Any item that the API may store, under a partition key that is given. */
export function itemIn(pk: string): fc.Arbitrary<Item> {
  return fc.record(
    {
      pk: fc.constant(pk),
      sk: fc.uuid({ version: 7 }),
      createdAt: fc
        .date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
      ttl: fc.integer({ min: 1, max: 4_000_000_000 }),
      region: fc.constantFrom('eu-west-1', 'eu-central-1'),
      version: fc.dictionary(
        fc.constantFrom('eu-west-1', 'eu-central-1', 'us-east-1'),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        { minKeys: 1, noNullPrototype: true },
      ),
      data: storableJson,
    },
    { requiredKeys: ['pk', 'sk', 'createdAt', 'ttl', 'region', 'version'], noNullPrototype: true },
  );
}
