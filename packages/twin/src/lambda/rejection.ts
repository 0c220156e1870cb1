import type { InvocationRejection } from './invocation-result.ts';

/** Largest event, in bytes. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const REQUEST_LIMIT_BYTES = 6_291_456;

/** The refusal of an event that is too large for Lambda, or nothing when it is not. */
export function refuseTooLarge(requestId: string, event: string): InvocationRejection | undefined {
  if (Buffer.byteLength(event) <= REQUEST_LIMIT_BYTES) return undefined;
  const message = `Request must be smaller than ${REQUEST_LIMIT_BYTES} bytes`;
  return { outcome: 'rejected', requestId, code: 'RequestTooLargeException', statusCode: 413, message };
}

/** The refusal of an invocation that found too many others waiting. */
export function throttled(requestId: string, waiting: number): InvocationRejection {
  const message = `Rate Exceeded: ${waiting} invocations wait for an environment already`;
  return { outcome: 'rejected', requestId, code: 'TooManyRequestsException', statusCode: 429, message };
}

/** The refusal of an invocation that came while its function was being shut down. */
export function shuttingDown(requestId: string): InvocationRejection {
  const message = 'The function is being shut down';
  return { outcome: 'rejected', requestId, code: 'ServiceException', statusCode: 500, message };
}
