/** Something is amiss with a deployed stage. The message is for a person. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
}
