/** Time as a command sees it. Injected, so that a test decides how long a wait takes. */
export interface Clock {
  readonly nowMs: () => number;
  /** Resolves after `ms`, or rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}
