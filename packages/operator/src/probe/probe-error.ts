/** A probe that cannot be made, or in which calls failed. Its message is meant for a person as it stands. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
}
