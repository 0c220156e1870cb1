import {
  type EvacuationState,
  isOperatorError,
  type OperatorOptions,
  readEvacuationState,
} from '@gsp/client/operator';
import { useCallback, useMemo, useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { type Action, useAction } from '../ui/use-action.ts';
import { usePoll } from '../ui/use-poll.ts';
import { useOperator } from './operator-context.tsx';

/** Every region's evacuation as its peers know it. */
export interface Evacuations {
  /** In the order of the outputs; empty until the peers were asked once. */
  readonly states: readonly EvacuationState[];
  /** Asks now instead of within some seconds. Never rejects. */
  refresh(): Promise<void>;
}

const EVERY_MS = 3_000;
/** A deployed platform's probes are asked by Route 53 as well; a page that is left open should not add much. */
const EVERY_MS_DEPLOYED = 10_000;

/** Asks every region what it knows of its peers, through the public probe that Route 53 asks. */
export function useEvacuations(): Evacuations {
  const { regions, twin } = usePlatform();
  const [states, setStates] = useState<readonly EvacuationState[]>([]);
  const ask = useCallback(
    async (signal: AbortSignal) => {
      const found = await Promise.all(
        regions.map(({ region }) => {
          const peers = regions.filter((peer) => peer.region !== region);
          return readEvacuationState(region, { peers, signal });
        }),
      );
      setStates((known) => (JSON.stringify(known) === JSON.stringify(found) ? known : found));
    },
    [regions],
  );
  usePoll(ask, { everyMs: twin === null ? EVERY_MS_DEPLOYED : EVERY_MS });
  const refresh = useCallback(() => ask(new AbortController().signal).catch(() => undefined), [ask]);
  return { states, refresh };
}

/** What every request of the operator takes, from this page. */
export function useOperatorOptions(): Omit<OperatorOptions, 'signal'> {
  const { regions } = usePlatform();
  const { credentials } = useOperator();
  return useMemo(() => ({ regions, credentials }), [regions, credentials]);
}

/** Why a request of the operator came to nothing, in parts. */
export interface FailedRequest {
  /** What could not be done, and why. */
  readonly message: string;
  /** What to do; null where nobody said. */
  readonly remedy: string | null;
}

/** An operator's request that a button sends. */
export type OperatorAction = Action<[], FailedRequest>;

/** A browser does not tell a page that CORS kept an answer from it. */
const UNREACHABLE_REMEDY =
  'Look whether it answers, and whether cors.allowOrigins in amplify/topology.ts has the origin of this page.';

/** Sends `act` one at a time; a component that goes takes its request with it. */
export function useOperatorAction(act: (signal: AbortSignal) => Promise<unknown>): OperatorAction {
  return useAction(act, failureOf);
}

function failureOf(error: unknown): FailedRequest {
  if (!isOperatorError(error))
    return { message: error instanceof Error ? error.message : String(error), remedy: null };
  const { code, detail, remedy } = error;
  return { message: `${detail}.`, remedy: code === 'unreachable' ? UNREACHABLE_REMEDY : remedy };
}
