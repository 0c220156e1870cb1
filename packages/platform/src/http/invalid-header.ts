import { PlatformError } from '../domain/platform-error.ts';

/** The problem of a header that cannot be read; `message` says what it must be. */
export function invalidHeader(name: string, message: string): PlatformError {
  return new PlatformError('invalid-request', `Cannot accept the headers: ${name} ${message}`, {
    issues: [{ path: [name], message }],
  });
}
