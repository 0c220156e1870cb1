/** The outputs of a deployed stage cannot be put together. The message is for a person. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError';
}
