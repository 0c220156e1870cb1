import { PlatformError } from '../domain/platform-error.ts';

/**
 * Puts what was thrown into words for a log line: with its causes, and with the stack of what nobody expected. Where a
 * translated error was made says nothing, so that its code stands in place of the stack.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, cause } = error;
  const code = error instanceof PlatformError ? { code: error.code } : { stack: error.stack };
  return { name, message, ...code, ...(cause instanceof Error ? { cause: describeError(cause) } : {}) };
}
