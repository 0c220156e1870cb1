import { PlatformError } from '../domain/platform-error.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
const throttlingNames: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'ThrottlingError',
  'Throttling',
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
 * Says in the platform's terms what the AWS SDK threw, once its own retries were used up: throttled, too slow,
 * or unavailable. What it threw stays the `cause`.
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
