import * as z from 'zod/mini';
import type { Issue } from '../contract/json-value.ts';
import { limits } from '../contract/limits.ts';
import { PlatformError } from '../domain/platform-error.ts';

/**
 * Reads a value by a schema of the contract.
 *
 * @param part - which part of the request it is, for the message: `body`, `path` or `query string`
 * @throws PlatformError `invalid-request` with the path of each issue.
 */
export function parseWith<S extends z.ZodMiniType>(schema: S, value: unknown, part: string): z.output<S> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, limits.issuesMax).map(toIssue);
  const summary = issues
    .slice(0, 1)
    .map(({ path, message }) => `${jsonPointer(path)} ${message}`.trimStart());
  throw new PlatformError('invalid-request', `Cannot accept the ${part}: ${summary.join()}`, { issues });
}

// JSON has no symbols, so a path through JSON has none either.
function toIssue({ path, message }: z.core.$ZodIssue): Issue {
  return { path: path.filter((segment) => typeof segment !== 'symbol'), message };
}

/** Writes a path as a JSON Pointer (RFC 6901): `['data', 'a/b', 0]` is `/data/a~1b/0`, the whole is ``. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
