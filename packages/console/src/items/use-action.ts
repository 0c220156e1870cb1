import { useCallback, useEffect, useRef, useState } from 'react';
import { describeFailure, type Failure, isAborted } from './describe-failure.ts';

/** Something that the user starts, one at a time. */
export interface Action<Arguments extends readonly unknown[]> {
  readonly isBusy: boolean;
  /** What went wrong the last time; null once it is started again. */
  readonly failure: Failure | null;
  /** Starts it, unless it is under way. */
  run(...given: Arguments): void;
}

/** Runs `act` for the user: busy while it lasts, its error in words, broken off when the component goes. */
export function useAction<Arguments extends readonly unknown[]>(
  act: (signal: AbortSignal, ...given: Arguments) => Promise<void>,
): Action<Arguments> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const latest = useRef(act);
  const underWay = useRef<AbortController | null>(null);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => () => underWay.current?.abort(), []);

  const run = useCallback((...given: Arguments) => {
    if (underWay.current !== null) return;
    const end = new AbortController();
    underWay.current = end;
    setBusy(true);
    setFailure(null);
    void latest
      .current(end.signal, ...given)
      .catch((error: unknown) => {
        if (!isAborted(error)) setFailure(describeFailure(error));
      })
      .finally(() => {
        underWay.current = null;
        setBusy(false);
      });
  }, []);
  return { isBusy, failure, run };
}
