import { type CloudAct, CloudError } from './cloud-error.ts';

/**
 * Does something that asks AWS, for a limited time, all attempts and pages together.
 *
 * @throws {CloudError} when time is up; whatever `work` throws before that
 */
export async function within<T>(
  { act, region, timeoutMs }: CloudAct & { readonly timeoutMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await work(limit);
  } catch (error) {
    // The SDK throws an error of its own for a signal, which does not say why.
    if (!limit.aborted || error instanceof CloudError) throw error;
    throw new CloudError(
      `Cannot ${act} in ${region}: there is no answer within ${timeoutMs / 1_000} s, one is needed. ` +
        'Check the network, then the AWS Health Dashboard.',
      { reason: 'unreachable', cause: error },
    );
  }
}
