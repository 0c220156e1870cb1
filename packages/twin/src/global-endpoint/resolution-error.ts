/**
 * `NameNotFound`: the server says that there is no such name. `NoAddress`: it has the name, without an address.
 * `ServerFailed`: it answered that it cannot say. `NoAnswer`: nothing that is an answer came in time.
 */
export type ResolutionErrorCode = 'NameNotFound' | 'NoAddress' | 'ServerFailed' | 'NoAnswer';

/** A name that could not be resolved. */
export class ResolutionError extends Error {
  override readonly name = 'ResolutionError';
  readonly code: ResolutionErrorCode;

  constructor(code: ResolutionErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
