import type { ManualClock } from './manual-clock.ts';

/** Moves a clock on, bit by bit, until work is done; what the work waits for in between gets its turn. */
export async function passTime<T>(
  work: Promise<T>,
  { clock, stepMs = 5, limitMs = 60_000 }: { clock: ManualClock; stepMs?: number; limitMs?: number },
): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  for (let passedMs = 0; ; passedMs += stepMs) {
    // Everything that is ready now, before time passes.
    await new Promise((resolve) => setImmediate(resolve));
    if (isDone) return work;
    if (passedMs > limitMs) throw new Error(`Cannot finish: ${limitMs} ms have passed`);
    clock.advance(stepMs);
  }
}
