/** A clock that a test moves, and waits that end when it has come that far. */
export interface ManualClock {
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Moves the clock and carries out, in order, what becomes due on the way. */
  advance(ms: number): Promise<void>;
  /** Moves the clock as a machine's that slept: nothing runs on the way, what is due runs at the end. */
  jump(ms: number): Promise<void>;
}

/** @param startMs epoch milliseconds at which the clock stands */
export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const waits = new Set<{ readonly dueMs: number; readonly end: () => void }>();
  const carryOut = async (untilMs: number, step: (dueMs: number) => number) => {
    await settled();
    for (;;) {
      const [first] = [...waits].sort((a, b) => a.dueMs - b.dueMs);
      if (first === undefined || first.dueMs > untilMs) break;
      nowMs = step(first.dueMs);
      first.end();
      await settled();
    }
    nowMs = untilMs;
  };
  return {
    now: () => nowMs,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wait = {
          dueMs: nowMs + ms,
          end: () => {
            waits.delete(wait);
            signal.removeEventListener('abort', wait.end);
            resolve();
          },
        };
        waits.add(wait);
        signal.addEventListener('abort', wait.end);
      }),
    advance: (ms) => carryOut(nowMs + ms, (dueMs) => Math.max(nowMs, dueMs)),
    async jump(ms) {
      const untilMs = nowMs + ms;
      await carryOut(untilMs, () => untilMs);
    },
  };
}

/** Resolves when nothing but timers is left to go on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
