import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { StoreCallOptions } from '../domain/item-store.ts';
import { PlatformError } from '../domain/platform-error.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
const throttlingNames: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottlingError',
  'Throttling',
]);

// Another transaction, or another request, holds the record just now; nothing was done.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
const transactionNames: ReadonlySet<string> = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
]);

// The caller's signal, the SDK's own timers, and the operating system.
const timeoutNames: ReadonlySet<string> = new Set([
  'AbortError',
  'TimeoutError',
  'RequestTimeout',
  'ETIMEDOUT',
]);

// Node.js: the connection was refused, broken, or could not be made.
const connectionCodes: ReadonlySet<string> = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
]);

/** Reasons for which a transaction was cancelled that pass by themselves. */
const passingReasons: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

interface SdkError extends Error {
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/**
 * Makes a call of the AWS SDK and translates what it throws.
 *
 * @param act - what the call does, for the sentence `Cannot <act>`
 */
export async function translated<T>(act: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw translateError(error, act);
  }
}

/**
 * Says in the platform's terms what the AWS SDK threw, once its own retries were used up: throttled, contended, too
 * slow, or unavailable. What it threw stays the `cause`.
 *
 * @returns the error unchanged when it is none of these: a missing permission, a missing table, a bug.
 */
function translateError(error: unknown, act: string): unknown {
  if (!(error instanceof Error)) return error;
  const { name, code, $metadata } = error as SdkError;
  const isOneOf = (names: ReadonlySet<string>) =>
    names.has(name) || (typeof code === 'string' && names.has(code));
  if (isOneOf(throttlingNames)) {
    return new PlatformError('table-throttled', `Cannot ${act}: the table is throttled`, { cause: error });
  }
  if (isOneOf(transactionNames) || isCancelledForNow(error)) {
    return new PlatformError(
      'table-throttled',
      `Cannot ${act}: the table has too many requests for one record`,
      {
        cause: error,
      },
    );
  }
  // Strong consistency: another region is writing the record, so this one was refused.
  if (name === 'ReplicatedWriteConflictException') {
    return new PlatformError('item-contended', `Cannot ${act}: another region is writing the same record`, {
      cause: error,
    });
  }
  if (isOneOf(timeoutNames)) {
    return new PlatformError('table-timeout', `Cannot ${act}: the table did not answer in time`, {
      cause: error,
    });
  }
  if (isOneOf(connectionCodes) || ($metadata?.httpStatusCode ?? 0) >= 500) {
    return new PlatformError('table-unavailable', `Cannot ${act}: the table is not available`, {
      cause: error,
    });
  }
  return error;
}

// The other reasons are the caller's to know: a condition that does not hold, a request that is wrong.
function isCancelledForNow(error: Error): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? [])
    .map(({ Code = 'None' }) => Code)
    .filter((code) => code !== 'None');
  return codes.length > 0 && codes.every((code) => passingReasons.has(code));
}

/** Options of one call of an AWS client, made of those of a store. */
export function sendOptions({ signal }: StoreCallOptions = {}): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
