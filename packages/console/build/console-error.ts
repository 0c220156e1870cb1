import { CommandError } from '@gsp/cli-kit';

/** What went wrong with the console, for a caller that wants to tell the cases apart. */
export type ConsoleErrorCode =
  /** Its source does not build. */
  | 'BuildFailed'
  /** The build did not end within its time. */
  | 'BuildTimedOut'
  /** `amplify_outputs.json` is missing or no JSON. */
  | 'OutputsUnusable'
  /** The folder to build into holds something else. */
  | 'FolderInUse'
  /** A browser would have to load more than the budget before it shows anything. */
  | 'OverBudget'
  /** The development server's port is taken. */
  | 'PortInUse';

/** An expected failure of building or serving the console. The message is for a person and complete. */
export class ConsoleError extends CommandError {
  override readonly name = 'ConsoleError';
  readonly code: ConsoleErrorCode;

  constructor(code: ConsoleErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
