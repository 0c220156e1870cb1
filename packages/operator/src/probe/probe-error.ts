import { CommandError } from '@gsp/cli-kit';

/** A probe that cannot be made, or in which calls failed. Its message is meant for a person as it stands. */
export class ProbeError extends CommandError {
  override readonly name = 'ProbeError';
}
