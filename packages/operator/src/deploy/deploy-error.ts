/** A deployment that cannot begin, go on, or be undone. The message is for a person. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}
