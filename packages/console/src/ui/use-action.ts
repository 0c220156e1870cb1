import { useCallback, useEffect, useRef, useState } from 'react';

/** Something that a press of a button starts, one at a time. */
export interface Action<Given extends readonly unknown[], Failure> {
  readonly isBusy: boolean;
  /** What went wrong the last time; null when it went well or is under way. */
  readonly failure: Failure | null;
  /** Starts it; resolves to whether it went well. While one is under way nothing more is started. */
  run(...given: Given): Promise<boolean>;
  /** Forgets the failure. */
  reset(): void;
}

/**
 * Runs `act` one at a time and keeps what is to be shown of it. Its signal aborts when the component goes.
 *
 * @param describe what is shown of an error
 */
export function useAction<Given extends readonly unknown[], Failure>(
  act: (signal: AbortSignal, ...given: Given) => Promise<unknown>,
  describe: (error: unknown) => Failure,
): Action<Given, Failure> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef({ act, describe });
  const underWay = useRef<AbortController | null>(null);
  useEffect(() => {
    latest.current = { act, describe };
  });
  useEffect(() => () => underWay.current?.abort(), []);

  const run = useCallback(async (...given: Given) => {
    if (underWay.current !== null) return false;
    const end = new AbortController();
    underWay.current = end;
    setBusy(true);
    setFailure(null);
    try {
      await latest.current.act(end.signal, ...given);
      return true;
    } catch (error) {
      // A call that ended because its component went has nothing to show.
      if (!end.signal.aborted) {
        const described = latest.current.describe(error);
        setFailure(() => described);
      }
      return false;
    } finally {
      underWay.current = null;
      setBusy(false);
    }
  }, []);
  const reset = useCallback(() => setFailure(null), []);
  return { isBusy, failure, run, reset };
}

/** The message of an error, for an action that shows no more. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
