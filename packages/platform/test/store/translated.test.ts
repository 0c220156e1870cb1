import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  ReplicatedWriteConflictException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { translated } from '../../src/store/translated.ts';

const aws = { $metadata: {}, message: 'said by AWS' };

function errorWith(properties: object): Error {
  return Object.assign(new Error('said by AWS'), properties);
}

function cancelled(...codes: readonly string[]): Error {
  return new TransactionCanceledException({ ...aws, CancellationReasons: codes.map((Code) => ({ Code })) });
}

const rows = [
  ['table-throttled', new ProvisionedThroughputExceededException(aws)],
  ['table-throttled', errorWith({ name: 'ThrottlingException' })],
  ['table-throttled', errorWith({ name: 'RequestLimitExceeded' })],
  ['table-throttled', new TransactionConflictException(aws)],
  ['table-throttled', new TransactionInProgressException({ ...aws, Message: 'said by AWS' })],
  ['table-throttled', cancelled('None', 'TransactionConflict')],
  ['table-throttled', cancelled('ThrottlingError', 'ProvisionedThroughputExceeded')],
  ['table-timeout', errorWith({ name: 'TimeoutError' })],
  ['table-timeout', errorWith({ name: 'AbortError' })],
  ['table-timeout', errorWith({ code: 'ETIMEDOUT' })],
  ['table-unavailable', new InternalServerError({ ...aws, $metadata: { httpStatusCode: 500 } })],
  ['table-unavailable', errorWith({ name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } })],
  ['table-unavailable', errorWith({ code: 'ECONNREFUSED' })],
  ['table-unavailable', errorWith({ code: 'ENOTFOUND' })],
] as const;

describe('translated()', () => {
  it.each(rows)('throws %s when the SDK throws %s', async (code, thrown) => {
    const outcome = translated('read the item', () => Promise.reject(thrown));
    await expect(outcome).rejects.toMatchObject({ name: 'PlatformError', code, cause: thrown });
    await expect(outcome).rejects.toThrow(/^Cannot read the item: the table /);
  });

  it('throws item-contended when another region writes the same record', async () => {
    const thrown = new ReplicatedWriteConflictException(aws);
    await expect(translated('write the item', () => Promise.reject(thrown))).rejects.toMatchObject({
      code: 'item-contended',
      cause: thrown,
      message: 'Cannot write the item: another region is writing the same record',
    });
  });

  it.each([
    new ResourceNotFoundException(aws),
    cancelled('ConditionalCheckFailed', 'TransactionConflict'),
    cancelled('ValidationError'),
    cancelled('None'),
    cancelled(),
    errorWith({ name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } }),
    new RangeError('a bug'),
    'not even an error',
  ])('rethrows the unknown untouched: %s', async (thrown) => {
    await expect(translated('read the item', () => Promise.reject(thrown))).rejects.toBe(thrown);
  });

  it('returns what the call returns', async () => {
    expect(await translated('read the item', async () => 7)).toBe(7);
  });
});
