import type { ProblemDocument } from '../contract/problem-document.ts';
import { problemDefinition, problemType } from '../contract/problems.ts';
import { PlatformError } from '../domain/platform-error.ts';
import type { HttpResponse } from './http-message.ts';
import { jsonPointer } from './read-request.ts';

/**
 * Turns whatever was thrown into the answer that the problem table has for it. What is not a `PlatformError` is an
 * internal error, of which the caller learns the correlation id and nothing else.
 */
export function problemResponse(thrown: unknown, correlationId: string): HttpResponse {
  const error = thrown instanceof PlatformError ? thrown : internalError(thrown, correlationId);
  const { status, scope, title, retryable, remedy, retryAfterSeconds } = problemDefinition(error.code);
  const document: ProblemDocument = {
    type: problemType(error.code),
    title,
    scope,
    status,
    detail: error.message,
    message: error.message,
    retryable,
    remedy,
    correlationId,
    ...(error.region === undefined ? {} : { region: error.region }),
    ...(error.key === undefined ? {} : { key: error.key }),
    ...(error.serverTime === undefined ? {} : { serverTime: error.serverTime }),
    ...(error.superseded === undefined ? {} : { superseded: error.superseded }),
    ...(error.issues.length === 0
      ? {}
      : { errors: error.issues.map(({ path, message }) => ({ path: jsonPointer(path), message })) }),
  };
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  // What would be understood: RFC 9110, section 12.5.3.
  if (error.code === 'unsupported-content-encoding') headers['accept-encoding'] = 'identity';
  if (error.allow.length > 0) headers.allow = error.allow.join(', ');
  return { status, headers, contentType: 'application/problem+json', body: document, cause: error };
}

function internalError(cause: unknown, correlationId: string): PlatformError {
  return new PlatformError(
    'internal-error',
    `Cannot answer the request: an unexpected error occurred, logged under correlation id ${correlationId}`,
    { cause },
  );
}
