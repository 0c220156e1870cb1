/** An error as Lambda hands it to the caller of a function. */
export interface FunctionError {
  /** The error's name, or Lambda's own (`Runtime.ExitError`, `Sandbox.Timedout`). */
  readonly errorType: string;
  readonly errorMessage: string;
  /** Lines of the stack, absent where Lambda itself ended the invocation. */
  readonly trace?: readonly string[];
}

/** The function answered. */
export interface InvocationSuccess {
  readonly outcome: 'success';
  readonly requestId: string;
  /** The handler's answer as JSON text; `null` where it returned nothing. */
  readonly payload: string;
}

/** The function threw, timed out, ran out of memory or left: Lambda's `FunctionError: Unhandled`. */
export interface InvocationFailure {
  readonly outcome: 'function-error';
  readonly requestId: string;
  readonly error: FunctionError;
}

/**
 * Lambda did not run the function at all. `statusCode` is what its Invoke API answers
 * (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors).
 */
export interface InvocationRejection {
  readonly outcome: 'rejected';
  readonly requestId: string;
  readonly code: 'TooManyRequestsException' | 'RequestTooLargeException' | 'ServiceException';
  readonly statusCode: 429 | 413 | 500;
  readonly message: string;
}

/** What became of one synchronous invocation. */
export type InvocationResult = InvocationSuccess | InvocationFailure | InvocationRejection;

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
