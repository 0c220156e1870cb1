import { CommandError } from '@gsp/cli-kit';

/** A deployment that cannot begin, go on, or be undone. The message is for a person. */
export class DeployError extends CommandError {
  override readonly name = 'DeployError';
}
