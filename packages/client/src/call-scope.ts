import type { Clock } from './clock.ts';

/** Why a call ended before it had its answer. */
export type ScopeEnd = { readonly kind: 'deadline' } | { readonly kind: 'aborted'; readonly reason: unknown };

/** The time that one call has: until its deadline, its caller's signal, or the client's close, whichever is first. */
export interface CallScope {
  readonly startedAtMs: number;
  readonly timeoutMs: number;
  /** Milliseconds until the deadline; 0 when it has passed. */
  remainingMs(): number;
  /** Why it is over; undefined while it is not. A deadline that has passed counts, even if its timer is late. */
  ended(): ScopeEnd | undefined;
  /** Calls back once when the call ends; the returned function prevents that. */
  onEnd(callback: (end: ScopeEnd) => void): () => void;
  /** Waits, at most until the call ends. */
  wait(delayMs: number): Promise<void>;
  /** Ends it from outside, as the client does when it is closed. */
  abort(reason: unknown): void;
  /** Lets go of timer and signal. Afterwards nothing calls back. */
  dispose(): void;
}

/** What a scope is made of. */
export interface CallScopeOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Begins the time of one call. */
export function createCallScope({ clock, timeoutMs, signal }: CallScopeOptions): CallScope {
  const startedAtMs = clock.nowMs();
  const callbacks = new Set<(end: ScopeEnd) => void>();
  let end: ScopeEnd | undefined;

  function finish(why: ScopeEnd): void {
    if (end !== undefined) return;
    end = why;
    release();
    for (const callback of [...callbacks]) callback(why);
    callbacks.clear();
  }

  const onAbort = () => finish({ kind: 'aborted', reason: signal?.reason });
  const stopTimer = clock.setTimer(timeoutMs, () => finish({ kind: 'deadline' }));
  signal?.addEventListener('abort', onAbort);
  const release = () => {
    stopTimer();
    signal?.removeEventListener('abort', onAbort);
  };
  if (signal?.aborted) onAbort();

  const remainingMs = () => Math.max(0, startedAtMs + timeoutMs - clock.nowMs());
  return {
    startedAtMs,
    timeoutMs,
    remainingMs,
    ended() {
      if (remainingMs() === 0) finish({ kind: 'deadline' });
      return end;
    },
    onEnd(callback) {
      callbacks.add(callback);
      return () => {
        callbacks.delete(callback);
      };
    },
    wait: (delayMs) =>
      new Promise((resolve) => {
        if (end !== undefined) return resolve();
        const settle = () => {
          stopWait();
          callbacks.delete(settle);
          resolve();
        };
        const stopWait = clock.setTimer(delayMs, settle);
        callbacks.add(settle);
      }),
    abort: (reason) => finish({ kind: 'aborted', reason }),
    dispose() {
      if (end === undefined) release();
      callbacks.clear();
    },
  };
}
