/** A failure that a command expects. Its message is for a person as it stands: what failed, why, what to do. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
}
