import { CommandError } from '@gsp/cli-kit';

/** A teardown that cannot be carried out, or that left something behind. The message is for a person. */
export class TeardownError extends CommandError {
  override readonly name = 'TeardownError';
}
