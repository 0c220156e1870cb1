import { isOperatorError } from '@gsp/client/operator';
import { useEffect, useRef, useState } from 'react';
import { useAction } from '../ui/use-action.ts';

/** Why a request of the operator came to nothing, in parts. */
export interface FailedRequest {
  /** What could not be done, and why. */
  readonly message: string;
  /** What to do; null where nobody said. */
  readonly remedy: string | null;
}

/** An operator's request that a button sends. */
export interface OperatorAction {
  readonly isBusy: boolean;
  /** What the last one came to; null when it went well or is under way. */
  readonly failure: FailedRequest | null;
  /** Sends it; resolves to whether it was done. */
  run(): Promise<boolean>;
}

/** A browser does not tell a page that CORS kept an answer from it. */
const UNREACHABLE_REMEDY =
  'Look whether it answers, and whether cors.allowOrigins in amplify/topology.ts has the origin of this page.';

/** Sends `act` one at a time; a component that goes takes its request with it. */
export function useOperatorAction(act: (signal: AbortSignal) => Promise<unknown>): OperatorAction {
  const [failure, setFailure] = useState<FailedRequest | null>(null);
  const end = useRef<AbortController | null>(null);
  useEffect(() => () => end.current?.abort(), []);
  const { isBusy, error, run } = useAction(async () => {
    end.current = new AbortController();
    try {
      await act(end.current.signal);
    } catch (cause) {
      setFailure(failureOf(cause));
      throw cause;
    }
  });
  return { isBusy, failure: error === null ? null : failure, run };
}

function failureOf(error: unknown): FailedRequest {
  if (!isOperatorError(error))
    return { message: error instanceof Error ? error.message : String(error), remedy: null };
  const { code, detail, remedy } = error;
  return { message: `${detail}.`, remedy: code === 'unreachable' ? UNREACHABLE_REMEDY : remedy };
}
