import { useCallback, useMemo } from 'react';
import type uPlot from 'uplot';
import { LineChart } from '../ui/line-chart.tsx';
import { RegionTag, regionColor } from '../ui/region-tag.tsx';
import { drawMarks } from './draw-marks.ts';
import { endedAtMs, latencySeries } from './latency-series.ts';
import { describeTraffic } from './traffic-figure-list.tsx';
import type { TrafficView } from './use-traffic.ts';

const windowSeconds = 60;

/** What is drawn, and in which order the regions take their colours. */
export interface LatencyChartProps {
  readonly view: TrafficView;
  readonly regions: readonly string[];
}

/** The latency of each call of the last minute, a dot in the colour of the region that answered. */
export function LatencyChart({ view, regions }: LatencyChartProps) {
  const { calls, marks, atMs, figures } = view;
  const epochOffsetMs = useMemo(() => Date.now() - performance.now(), []);
  const drawn = useMemo(
    () =>
      latencySeries(calls, { regions, fromMs: atMs - windowSeconds * 1_000, untilMs: atMs, epochOffsetMs }),
    [calls, regions, atMs, epochOffsetMs],
  );
  const series = useMemo(
    () => [
      ...regions.map((region, index) => ({ label: region, color: regionColor(index), isPoints: true })),
      { label: 'failed', color: 'var(--bad)', isPoints: true },
    ],
    [regions],
  );
  const data = useMemo(() => [drawn.xSeconds, ...drawn.byRegion, drawn.failed] as const, [drawn]);
  const onDraw = useCallback(
    (chart: uPlot) => {
      const toSeconds = (ms: number): number => (ms + epochOffsetMs) / 1_000;
      drawMarks(chart, {
        marks: marks.map((mark) => ({ mark, atSeconds: toSeconds(mark.atMs) })),
        failures: calls
          .filter(({ outcome }) => outcome === 'failed')
          .map((call) => ({ atSeconds: toSeconds(endedAtMs(call)), latencyMs: call.latencyMs })),
      });
    },
    [marks, calls, epochOffsetMs],
  );
  return (
    <figure className="traffic-chart" data-testid="traffic-chart">
      <figcaption className="traffic-legend">
        <span>Latency of each call in ms, last minute</span>
        {regions.map((region, index) => (
          <RegionTag key={region} region={region} index={index} />
        ))}
        <span className="traffic-legend-failed">✕ failed</span>
        <span className="traffic-legend-moved">┆ traffic moved</span>
        <span className="traffic-legend-back">┆ region back</span>
      </figcaption>
      <LineChart
        label={`Latency of each call over the last minute. ${describeTraffic(figures)} The table below lists the latest calls.`}
        series={series}
        data={data}
        heightPx={220}
        windowSeconds={windowSeconds}
        maxAtLeast={20}
        onDraw={onDraw}
      />
    </figure>
  );
}
