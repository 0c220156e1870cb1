import { CommandError } from '@gsp/cli-kit';

/** Something is amiss with a deployed stage. The message is for a person. */
export class StatusError extends CommandError {
  override readonly name = 'StatusError';
}
