/** A teardown that cannot be carried out, or that left something behind. The message is for a person. */
export class TeardownError extends Error {
  override readonly name = 'TeardownError';
}
