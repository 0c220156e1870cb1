import { CommandError } from '@gsp/cli-kit';

/** A sandbox that cannot be deployed or deleted. The message is for a person. */
export class SandboxError extends CommandError {
  override readonly name = 'SandboxError';
}
