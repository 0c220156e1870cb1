/**
 * Polls a condition until it holds, and fails with what was waited for when it does not within the limit.
 * Whatever the condition throws ends the wait at once: it is for what cannot become true any more.
 */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  {
    limitMs = 30_000,
    intervalMs = 25,
    what = () => 'the condition',
  }: { limitMs?: number; intervalMs?: number; what?: () => string } = {},
): Promise<void> {
  const limit = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > limit) throw new Error(`waited ${limitMs} ms for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
