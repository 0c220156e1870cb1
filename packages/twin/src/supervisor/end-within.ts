/** After a SIGKILL the system needs a moment, not more. */
const AFTER_KILL_MS = 1_000;

/**
 * Waits for something to end; after the limit calls `enforce` and waits a last, short time for its effect.
 * So the wait is bounded whatever the process does.
 */
export async function endWithin(
  ended: Promise<unknown>,
  limitMs: number,
  enforce: () => void,
): Promise<void> {
  if (await isDoneWithin(ended, limitMs)) return;
  enforce();
  await isDoneWithin(ended, AFTER_KILL_MS);
}

async function isDoneWithin(done: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const inTime = await Promise.race([done.then(() => true), limit]);
  clearTimeout(timer);
  return inTime;
}
