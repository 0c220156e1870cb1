/** Time, handed in so that decisions about it can be tested. */
export interface Clock {
  /** Milliseconds since 1970, UTC. May step, like every computer's clock. */
  nowMs(): number;
  /** Calls back once after `delayMs`, unless the function that is returned was called before. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Makes a new unique id. */
export type IdGenerator = () => string;

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve);
  });
}
