import { useCallback, useEffect, useRef, useState } from 'react';

/** Something that a press of a button starts. */
export interface Action<Given extends readonly unknown[]> {
  readonly isBusy: boolean;
  /** What went wrong the last time, for a person; null when it went well or is under way. */
  readonly error: string | null;
  /** Starts it; resolves to whether it went well. While one is under way nothing more is started. */
  run(...given: Given): Promise<boolean>;
  /** Forgets the error. */
  reset(): void;
}

/** Runs `act` one at a time and keeps what is to be shown of it. */
export function useAction<Given extends readonly unknown[]>(
  act: (...given: Given) => Promise<unknown>,
): Action<Given> {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef(act);
  const isRunning = useRef(false);
  useEffect(() => {
    latest.current = act;
  });
  const run = useCallback(async (...given: Given) => {
    if (isRunning.current) return false;
    isRunning.current = true;
    setBusy(true);
    setError(null);
    try {
      await latest.current(...given);
      return true;
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      return false;
    } finally {
      isRunning.current = false;
      setBusy(false);
    }
  }, []);
  const reset = useCallback(() => setError(null), []);
  return { isBusy, error, run, reset };
}
