import { CommandError } from '@gsp/cli-kit';

/** Why a definition could not be synthesized. */
export type SynthesisErrorCode =
  /** The definition itself is wrong: a type, a topology, a construct, a bundle. */
  | 'definition'
  /** It did not end within its time. */
  | 'timeout'
  /** The process that synthesizes could not run or died. */
  | 'process';

/**
 * The backend definition could not be synthesized. The message is for a person and complete: it holds
 * what the definition itself says is wrong, with file and line where there is one.
 */
export class SynthesisError extends CommandError {
  override readonly name = 'SynthesisError';
  override readonly code: SynthesisErrorCode;
  readonly regions: readonly string[];
  /** What the definition itself says, without the Regions. */
  readonly reason: string;

  constructor(code: SynthesisErrorCode, regions: readonly string[], reason: string) {
    super(`Cannot synthesize amplify/backend.ts for ${regions.join(' and ')}: ${reason}`);
    this.code = code;
    this.regions = regions;
    this.reason = reason;
  }
}
