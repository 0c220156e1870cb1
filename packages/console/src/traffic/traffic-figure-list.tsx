import { Stat, StatList } from '../ui/stat.tsx';
import type { TrafficFigures } from './traffic-log.ts';

/** The running figures of the stream. */
export function TrafficFigureList({ figures }: { readonly figures: TrafficFigures }) {
  const { calls, failed, refused, p50Ms, p95Ms, p99Ms, requestsPerCall } = figures;
  return (
    <StatList>
      <Stat label="Calls" value={<span data-testid="traffic-calls">{countText(calls)}</span>} />
      <Stat
        label="Failed"
        tone={failed > 0 ? 'bad' : 'neutral'}
        value={<span data-testid="traffic-failed">{countText(failed)}</span>}
        {...(refused > 0 ? { note: `and ${countText(refused)} refused` } : {})}
      />
      <Stat label="Latency, p50" value={<span data-testid="traffic-p50">{latencyText(p50Ms)}</span>} />
      <Stat label="p95" value={<span data-testid="traffic-p95">{latencyText(p95Ms)}</span>} />
      <Stat label="p99" value={<span data-testid="traffic-p99">{latencyText(p99Ms)}</span>} />
      <Stat
        label="Requests per call"
        value={<span data-testid="traffic-requests-per-call">{requestsPerCall?.toFixed(2) ?? '–'}</span>}
      />
      <Stat label="Retries" value={<span data-testid="traffic-retries">{countText(figures.retries)}</span>} />
      <Stat label="Hedges" value={<span data-testid="traffic-hedges">{countText(figures.hedges)}</span>} />
      <Stat
        label="Failovers"
        value={<span data-testid="traffic-failovers">{countText(figures.failovers)}</span>}
      />
    </StatList>
  );
}

const grouped = new Intl.NumberFormat('en-US');

/** A whole number as people read it: `1,234`. */
export function countText(count: number): string {
  return grouped.format(count);
}

/** A latency as people read it: `0.8 ms`, `12 ms`, `1,204 ms`; a dash where there is none yet. */
export function latencyText(latencyMs: number | null): string {
  if (latencyMs === null) return '–';
  return `${latencyMs < 1 ? latencyMs.toFixed(1) : grouped.format(Math.round(latencyMs))} ms`;
}

/** The one sentence that matters: `0 of 1,234 calls failed`. */
export function failureSentence({ calls, failed }: Pick<TrafficFigures, 'calls' | 'failed'>): string {
  return `${countText(failed)} of ${countText(calls)} calls failed`;
}

/** What the chart shows, in words, for whoever cannot see it. */
export function describeTraffic(figures: TrafficFigures): string {
  if (figures.calls === 0) return 'No call has ended yet.';
  const shares = figures.byRegion
    .filter(({ calls }) => calls > 0)
    .map(
      ({ region, calls, p50Ms }) =>
        `${region} answered ${countText(calls)}, half of them within ${latencyText(p50Ms)}`,
    );
  const answered = shares.length === 0 ? 'no region answered' : shares.join('; ');
  return `${failureSentence(figures)}; ${answered}.`;
}
