/** What keeps an HTTP API from starting. */
export type HttpApiErrorCode = 'AddressInUse' | 'AddressUnavailable' | 'InvalidRoute';

/** An expected failure to start or to change an HTTP API. The message ends with the remedy. */
export class HttpApiError extends Error {
  readonly code: HttpApiErrorCode;

  constructor(code: HttpApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpApiError';
    this.code = code;
  }
}
