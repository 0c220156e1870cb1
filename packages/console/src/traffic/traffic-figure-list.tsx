import { Stat, StatList } from '../ui/stat.tsx';
import { countText, latencyText } from './describe-traffic.ts';
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
