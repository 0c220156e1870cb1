/** Why an engine could not be started. */
export type EngineErrorCode = 'EngineMissing' | 'EngineNotReady' | 'EngineKindUnknown';

/**
 * An engine process cannot be started or does not answer. The message ends with the remedy, so that it can
 * be shown to a person as it is.
 */
export class EngineError extends Error {
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}
