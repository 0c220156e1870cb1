import { CommandError } from '@gsp/cli-kit';

/** The outputs of a deployed stage cannot be put together. The message is for a person. */
export class OutputsError extends CommandError {
  override readonly name = 'OutputsError';
}
