import { setTimeout as pauseFor } from 'node:timers/promises';

/**
 * What CloudFormation is told about a custom resource, in its own terms.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export interface StackAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/** How often, and how long, {@link putAnswer} tries. */
export interface PutAnswerOptions {
  /** @default 4 */
  readonly attemptsMax?: number;
  /** @default 5000 */
  readonly attemptTimeoutMs?: number;
  /** Before the second attempt; twice as long before each further one. @default 500 */
  readonly pauseMs?: number;
}

/** Thrown when CloudFormation could not be told. */
export class AnswerNotTakenError extends Error {
  override readonly name = 'AnswerNotTakenError';
}

/**
 * Puts an answer where CloudFormation waits for it, a URL that is signed for this one object. With the
 * default options it takes at most 4 * 5 s + (0.5 + 1 + 2) s = 23.5 s.
 *
 * @throws AnswerNotTakenError when no attempt was accepted; the message does not repeat the signed URL
 */
export async function putAnswer(
  url: string,
  answer: StackAnswer,
  { attemptsMax = 4, attemptTimeoutMs = 5_000, pauseMs = 500 }: PutAnswerOptions = {},
): Promise<void> {
  const body = JSON.stringify(answer);
  let failure: unknown;
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await pauseFor(pauseMs * 2 ** (attempt - 1));
    try {
      const response = await fetch(url, {
        method: 'PUT',
        // Empty, as the signature covers it.
        headers: { 'content-type': '' },
        body,
        signal: AbortSignal.timeout(attemptTimeoutMs),
      });
      // Read to the end, so that the connection is free again.
      await response.arrayBuffer();
      if (response.ok) return;
      failure = new Error(`status ${response.status}`);
    } catch (error) {
      failure = error;
    }
  }
  throw new AnswerNotTakenError(
    `Cannot tell CloudFormation ${answer.Status} for ${answer.LogicalResourceId}: ${attemptsMax} attempts failed, the last with ${reasonOf(failure)}, one that is accepted is needed. Wait until the stack gives up, then deploy again.`,
    { cause: failure },
  );
}

function reasonOf(failure: unknown): string {
  if (!(failure instanceof Error)) return 'nothing that says why';
  // fetch() hides the network's own words in the cause.
  return failure.cause instanceof Error ? failure.cause.message : failure.message;
}
