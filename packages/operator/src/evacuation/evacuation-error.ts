import { CommandError } from '@gsp/cli-kit';

/** An evacuation or a return that cannot be carried out, or that did not take effect. The message is for a person. */
export class EvacuationError extends CommandError {
  override readonly name = 'EvacuationError';
}
