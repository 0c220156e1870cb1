/** What a closed loop of requests came to. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  /** One per request that succeeded, in order of completion. */
  readonly latenciesMs: readonly number[];
  /** When each of them completed, in milliseconds from the start. */
  readonly completedAtMs: readonly number[];
}

/**
 * Sends `requests` requests from `concurrency` senders, each of which waits for its answer before it sends the
 * next: a closed loop, so the load adapts to what it measures and never piles up.
 *
 * @throws {Error} when a request fails: the figures of a run with failures would say nothing
 */
export async function runLoad(
  send: (index: number) => Promise<boolean>,
  { requests, concurrency }: { requests: number; concurrency: number },
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  const completedAtMs: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const sender = async () => {
    while (next < requests) {
      const index = next;
      next += 1;
      const sentAt = performance.now();
      if (!(await send(index))) throw new Error(`Cannot measure: request ${index} of ${requests} failed.`);
      const now = performance.now();
      latenciesMs.push(now - sentAt);
      completedAtMs.push(now - startedAt);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sender));
  const elapsedMs = performance.now() - startedAt;
  return {
    requests,
    perSecond: (latenciesMs.length / elapsedMs) * 1000,
    latenciesMs,
    completedAtMs,
  };
}
