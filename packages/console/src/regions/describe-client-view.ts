import type { RegionState, RegionView } from '@gsp/client';
import type { StatusView } from './describe-status.ts';

/** What the client of this page holds of a region. */
export interface ClientStanding extends StatusView {
  readonly isPreferred: boolean;
  /** Smoothed latency in milliseconds; null until it has asked. */
  readonly latencyMs: number | null;
  readonly p95Ms: number | null;
}

const STATES: Readonly<Record<RegionState, Pick<StatusView, 'tone' | 'label'>>> = {
  closed: { tone: 'good', label: 'preferred' },
  'half-open': { tone: 'warn', label: 'trying again' },
  open: { tone: 'bad', label: 'avoided' },
  evacuated: { tone: 'warn', label: 'avoided, evacuated' },
};

/** The client's view of a region in words; the breaker's own term is kept for the note. */
export function describeClientView(view: RegionView | undefined): ClientStanding {
  if (view === undefined)
    return {
      tone: 'neutral',
      label: 'unknown',
      note: null,
      isPreferred: false,
      latencyMs: null,
      p95Ms: null,
    };
  const { state, isPreferred, latencyMs, p95Ms, reason } = view;
  const { tone, label } = STATES[state];
  const isIdle = state === 'closed' && !isPreferred;
  return {
    tone: isIdle ? 'neutral' : tone,
    label: isIdle ? 'in reserve' : label,
    note: `Circuit breaker ${state}${reason === null ? '' : `: ${reason}`}.`,
    isPreferred,
    latencyMs,
    p95Ms,
  };
}
