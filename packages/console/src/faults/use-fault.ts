import type { Fault } from '@gsp/twin/control';
import { useState } from 'react';
import type { TwinView } from '../platform/platform-context.tsx';
import { useAction } from '../ui/use-action.ts';

/** The faults of one region or link, one at a time. */
export interface FaultAction {
  /** Kind of the fault that is under way; null when none is. */
  readonly pending: Fault['kind'] | null;
  readonly error: string | null;
  /** Injects one after the other; the last names what is under way. */
  inject(...faults: readonly Fault[]): void;
}

/** Injects faults into the twin and keeps what is under way and what was refused. */
export function useFault(twin: TwinView): FaultAction {
  const [pending, setPending] = useState<Fault['kind'] | null>(null);
  const { error, run } = useAction(async (...faults: readonly Fault[]) => {
    setPending(faults.at(-1)?.kind ?? null);
    try {
      for (const fault of faults) await twin.inject(fault);
    } finally {
      setPending(null);
    }
  });
  return { pending, error, inject: (...faults) => void run(...faults) };
}
