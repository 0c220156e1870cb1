/** Time as the client needs it. Monotonic: a wall clock that is set anew changes nothing. */
export interface Clock {
  /** Milliseconds since some fixed moment; never less than before. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the returned function prevents that. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** The clock of the process or page. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A number from 0 to below 1, as `Math.random` gives. */
export type Random = () => number;
