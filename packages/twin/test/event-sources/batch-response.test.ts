import { expect, test } from 'vitest';
import { recordsDone } from '../../src/event-sources/deliver-batch.ts';
import { recordOf } from './lambda-record-fixture.ts';

const RECORDS = [recordOf(11), recordOf(12), recordOf(13)];
const failures = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test.each<[string, unknown, number]>([
  ['nothing', null, 3],
  ['an empty text', '', 3],
  ['an object', {}, 3],
  ['no list', { batchItemFailures: null }, 3],
  ['an empty list', { batchItemFailures: [] }, 3],
  ['the first record', failures('11'), 0],
  ['the last record', failures('13'), 2],
  ['several records, the lowest counts', failures('13', '12'), 1],
  ['an empty identifier', failures(''), 0],
  ['a null identifier', failures(null), 0],
  ['an identifier of another batch', failures('99'), 0],
  ['a good and a bad identifier', failures('13', ''), 0],
  ['an identifier under another name', { batchItemFailures: [{ id: '12' }] }, 0],
  ['something that is no list', { batchItemFailures: 'all' }, 0],
  ['a number', 7, 0],
])('recordsDone() when a function answers %s', (_, answer, expected) => {
  expect(recordsDone(JSON.stringify(answer), RECORDS)).toBe(expected);
});
