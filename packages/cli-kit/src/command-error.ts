/** What a {@link CommandError} carries beside its message. */
export interface CommandErrorOptions extends ErrorOptions {
  /** Tells cases apart for a caller that handles some of them. @default 'CommandFailed' */
  readonly code?: string;
}

/**
 * A failure that a command expects. Its message is for a person as it stands: what failed, why, what to do.
 *
 * Packages that do not depend on this one mark theirs by the same property: see {@link isExpected}.
 */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly isExpected = true;
  readonly code: string;

  constructor(message: string, { code = 'CommandFailed', ...options }: CommandErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Whether the message of what was thrown is meant for a person as it stands: the error says so by `isExpected: true`. */
export function isExpected(error: unknown): error is Error {
  return error instanceof Error && 'isExpected' in error && error.isExpected === true;
}
