import { CommandError } from '@gsp/cli-kit';
import type { SmokeAnswer } from './smoke-answer.ts';

/** A region that was deployed and does not do what it must. The message names what failed. */
export class SmokeError extends CommandError {
  override readonly name = 'SmokeError';
  /** What every check found; empty where it was no smoke test that failed. */
  readonly answers: readonly SmokeAnswer[];

  constructor(
    message: string,
    { answers = [], ...options }: ErrorOptions & { readonly answers?: readonly SmokeAnswer[] } = {},
  ) {
    super(message, options);
    this.answers = answers;
  }
}
