import { useEffect, useRef, useState } from 'react';
import { useAction } from '../ui/use-action.ts';
import { EvacuationError } from './evacuation-error.ts';
import type { Refusal } from './refusal-text.ts';

/** An operator's request that a button sends. */
export interface OperatorAction {
  readonly isBusy: boolean;
  /** What the last one came to; null when it went well or is under way. */
  readonly failure: Refusal | null;
  /** Sends it; resolves to whether it was done. */
  run(): Promise<boolean>;
}

/** Sends `act` one at a time; a component that goes takes its request with it. */
export function useOperatorAction(act: (signal: AbortSignal) => Promise<unknown>): OperatorAction {
  const [remedy, setRemedy] = useState<string | null>(null);
  const end = useRef<AbortController | null>(null);
  useEffect(() => () => end.current?.abort(), []);
  const { isBusy, error, run } = useAction(async () => {
    end.current = new AbortController();
    try {
      await act(end.current.signal);
    } catch (failure) {
      setRemedy(failure instanceof EvacuationError ? failure.remedy : null);
      throw failure;
    }
  });
  return { isBusy, failure: error === null ? null : { message: error, remedy }, run };
}
