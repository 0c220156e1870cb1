/** A sandbox that cannot be deployed or deleted. The message is for a person. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}
