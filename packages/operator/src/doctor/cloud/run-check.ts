import type { Definitions, Entity } from '@gsp/platform/contract';
import { CloudError, translateAwsError } from '../../cloud/cloud-error.ts';
import type { Cloud } from '../../cloud/region-clients.ts';
import type { StageTarget } from '../../cloud/stage-target.ts';
import type { CheckResult } from '../check-result.ts';

/** How long one question may take, its repetitions included. */
const QUESTION_TIMEOUT_MS = 20_000;

/** One question to AWS. */
export interface Question {
  /** As in {@link CheckResult.check}. */
  readonly check: string;
  readonly stage: string;
  readonly region: string;
  /** A verb and its object, as in `read the hosted zone`. */
  readonly act: string;
  readonly signal: AbortSignal;
  /** @default 20_000 */
  readonly timeoutMs?: number;
}

/**
 * Asks, and turns what keeps AWS from answering into a warning that says so: one service that is denied, or does not
 * answer, must not hide what the others have to tell.
 *
 * @throws whatever is not about asking AWS, and the reason of `signal` once that is aborted
 */
export async function runCheck(
  question: Question,
  ask: (signal: AbortSignal) => Promise<readonly CheckResult[]>,
): Promise<readonly CheckResult[]> {
  const { check, stage, region, act, signal, timeoutMs = QUESTION_TIMEOUT_MS } = question;
  const limit = AbortSignal.timeout(timeoutMs);
  const unexamined = { check, stage, level: 'warning', what: `${region}: could not be examined` } as const;
  try {
    return await ask(AbortSignal.any([signal, limit]));
  } catch (error) {
    signal.throwIfAborted();
    const known = translateAwsError(error, { act, region });
    if (known instanceof CloudError) {
      // AWS answered then, and what it told is the fault.
      if (known.reason === 'state') return [{ check, stage, level: 'fault', what: known.message }];
      return [{ ...unexamined, why: known.message }];
    }
    if (isAnswer(known)) {
      return [
        { ...unexamined, why: `Cannot ${act} in ${region}: AWS answers ${known.name}: ${known.message}` },
      ];
    }
    if (!limit.aborted) throw known;
    return [
      {
        ...unexamined,
        why: `Cannot ${act} in ${region}: no answer within ${timeoutMs / 1_000} s, one is needed.`,
        remedy: 'Check the network, then run the doctor again.',
      },
    ];
  }
}

/** Whether it is what a service said, of whatever kind: the SDK notes with each answer how it came. */
export function isAnswer(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error;
}

/** A stage in an account, as the checks that ask AWS see it. */
export interface AccountContext {
  readonly target: StageTarget;
  readonly cloud: Cloud;
  /** What the project defines, or what kept it from being loaded. */
  readonly entities: readonly Entity[] | Error;
  /** The same with its routes, as far as it can be loaded. @default - nothing */
  readonly definitions?: Definitions;
  /** Twelve digits, the same in every region. */
  readonly account: string;
  /** Ends every question. */
  readonly signal: AbortSignal;
}
