import { CommandError } from '@gsp/cli-kit';

/** The doctor cannot examine what was asked for, or found a fault. The message is for a person. */
export class DoctorError extends CommandError {
  override readonly name = 'DoctorError';
}
