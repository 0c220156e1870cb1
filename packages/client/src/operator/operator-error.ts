import { PlatformClientError } from '../client-error.ts';

/**
 * Why an operator's call came to nothing.
 *
 * - `no-region`: there is no region that could be asked
 * - `no-healthy-region`: none of those that could be asked answers well
 * - `unreachable`: the region that was asked gave no answer
 * - `forbidden`: it does not allow the credentials
 * - `refused`: it refused, for the reason that `detail` gives
 * - `invalid-answer`: it runs another version of the platform
 * - `not-in-force`: the evacuation was noted, but would leave no region in service
 */
export type OperatorErrorCode =
  | 'no-region'
  | 'no-healthy-region'
  | 'unreachable'
  | 'forbidden'
  | 'refused'
  | 'invalid-answer'
  | 'not-in-force';

/** An operator's call came to nothing. The message is for a person: what failed and why, then the remedy. */
export class OperatorError extends PlatformClientError {
  override readonly name = 'OperatorError';
  /** A command shows its message without a stack. */
  readonly isExpected = true;
  readonly code: OperatorErrorCode;
  /** What could not be done, and why: the message without the remedy. */
  readonly detail: string;

  constructor(code: OperatorErrorCode, detail: string, options: { remedy: string } & ErrorOptions) {
    super(detail, options);
    this.code = code;
    this.detail = detail;
  }
}

/** Whether an operator's call came to nothing; with a code, whether for that reason. */
export function isOperatorError(error: unknown, code?: OperatorErrorCode): error is OperatorError {
  const isOperator = error instanceof Error && error.name === 'OperatorError';
  return isOperator && (code === undefined || (error as OperatorError).code === code);
}
