import type { Fault } from '@gsp/twin/control';
import { useState } from 'react';
import type { TwinView } from '../platform/platform-context.tsx';
import { messageOf, useAction } from '../ui/use-action.ts';

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
  const { failure, run } = useAction(async (_: AbortSignal, ...faults: readonly Fault[]) => {
    setPending(faults.at(-1)?.kind ?? null);
    try {
      for (const fault of faults) await twin.inject(fault);
    } finally {
      setPending(null);
    }
  }, messageOf);
  return { pending, error: failure, inject: (...faults) => void run(...faults) };
}

/** What may be entered for a fault: whole numbers between two bounds, in the unit that is shown. */
export interface AmountRange {
  readonly min: number;
  readonly max: number;
  /** `ms`, `%`, `s` */
  readonly unit: string;
}

/** A number that was entered, or what is wrong with it. */
export type Amount = { readonly value: number } | { readonly error: string };

/** Reads an amount as it was typed. */
export function parseAmount(text: string, { min, max, unit }: AmountRange): Amount {
  const trimmed = text.trim().replace('−', '-');
  const value = Number(trimmed);
  const isFit = /^[+-]?\d+$/.test(trimmed) && value >= min && value <= max;
  return isFit ? { value } : { error: `A whole number from ${min} to ${max} ${unit}` };
}
