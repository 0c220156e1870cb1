import { CommandError } from '@gsp/cli-kit';

/** A drill that cannot be carried out, or one that found a promise broken. The message is for a person. */
export class DrillError extends CommandError {
  override readonly name = 'DrillError';
}
