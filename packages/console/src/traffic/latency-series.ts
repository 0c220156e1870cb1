import type { CallEvent } from '@gsp/client';

/** Columns of equal length, as uPlot takes them: at each moment at most one of the others has a value. */
export interface LatencySeries {
  /** When each call ended, in seconds since 1970, never less than the one before. */
  readonly xSeconds: number[];
  /** Latency in milliseconds where that region answered, in the order of the regions. */
  readonly byRegion: (number | null)[][];
  /** How long the caller waited for nothing, in milliseconds. */
  readonly failed: (number | null)[];
}

/** What part of the stream is drawn. */
export interface LatencyWindow {
  readonly regions: readonly string[];
  /** Calls that ended earlier are left out; milliseconds of the client's clock. */
  readonly fromMs: number;
  /** Where the chart ends, whether anything ended then or not: time passes while nobody answers. */
  readonly untilMs: number;
  /** Added to the client's clock this gives milliseconds since 1970. */
  readonly epochOffsetMs: number;
}

/** Lays calls out as columns for the chart. */
export function latencySeries(calls: readonly CallEvent[], window: LatencyWindow): LatencySeries {
  const { regions, fromMs, untilMs, epochOffsetMs } = window;
  const shown = calls
    .filter((call) => call.outcome !== 'aborted' && endedAtMs(call) >= fromMs && endedAtMs(call) <= untilMs)
    .sort((one, other) => endedAtMs(one) - endedAtMs(other));
  const column = (isOf: (call: CallEvent) => boolean) => [
    ...shown.map((call) => (isOf(call) ? call.latencyMs : null)),
    null,
  ];
  return {
    xSeconds: [...shown.map(endedAtMs), untilMs].map((atMs) => (atMs + epochOffsetMs) / 1_000),
    byRegion: regions.map((region) => column((call) => call.outcome !== 'failed' && call.region === region)),
    failed: column(({ outcome }) => outcome === 'failed'),
  };
}

/** When the caller had the outcome, in milliseconds of the client's clock. */
export function endedAtMs({ startedAtMs, latencyMs }: Pick<CallEvent, 'startedAtMs' | 'latencyMs'>): number {
  return startedAtMs + latencyMs;
}
