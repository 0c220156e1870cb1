/** What went wrong with the twin itself, for a caller that wants to tell the cases apart. */
export type TwinErrorCode =
  | 'PortInUse'
  | 'DataDirectoryInUse'
  | 'DataDirectoryUnusable'
  | 'DefinitionUnusable'
  | 'ConsoleUnusable'
  | 'RegionFailed'
  | 'NotRunning';

/**
 * An expected failure of the twin: a port in use, a data directory of another twin, a region that did not
 * come up. The message states what cannot be done and what is needed, and ends with the remedy, so that it
 * can be shown to a person as it is, without a stack.
 */
export class TwinError extends Error {
  /** The message is for a person as it stands: a command shows it without a stack. */
  readonly isExpected = true;
  readonly code: TwinErrorCode;

  constructor(code: TwinErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TwinError';
    this.code = code;
  }
}
