import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until the check passes, that is until it returns something other than `false` and does not throw.
 *
 * @throws what the check threw last, or an error that says what was waited for
 */
export async function eventually<T>(
  what: string,
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, intervalMs = 10 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown = new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
  while (performance.now() < deadline) {
    try {
      const result = await check();
      if (result !== false) return result as Exclude<T, false>;
    } catch (error) {
      failure = error;
    }
    await delay(intervalMs);
  }
  throw failure;
}
