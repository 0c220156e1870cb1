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
