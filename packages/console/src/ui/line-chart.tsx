import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { chartOptions } from './chart-options.ts';
import type { ChartData, ChartSeries } from './chart-series.ts';
import { useTheme } from './use-theme.ts';

/** A chart of one or more values over time. */
export interface LineChartProps {
  /** What is seen, in a sentence, for those who do not see it. */
  readonly label: string;
  readonly series: readonly ChartSeries[];
  readonly data: ChartData;
  /** @default 180 */
  readonly heightPx?: number;
  /** After the numbers of the value axis. */
  readonly unit?: string;
  /** Time that the chart shows, up to the latest. @default - all of it */
  readonly windowSeconds?: number;
  /** Least upper end of the value axis. @default 1 */
  readonly maxAtLeast?: number;
  /** Draws over the chart, in canvas pixels: marks of what happened. */
  readonly onDraw?: (chart: uPlot) => void;
}

/** A line chart that follows the size of its place and the theme. */
export function LineChart(props: LineChartProps) {
  const { series, unit, windowSeconds, maxAtLeast, heightPx } = props;
  const { resolved } = useTheme();
  // uPlot takes these once; where one changes, the chart is made anew.
  const shape = JSON.stringify([series, unit, windowSeconds, maxAtLeast, heightPx, resolved]);
  return <Plot key={shape} {...props} />;
}

function Plot(props: LineChartProps) {
  const { label, data, heightPx = 180 } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const first = useRef(props);
  const onDraw = useRef(props.onDraw);

  useEffect(() => {
    onDraw.current = props.onDraw;
  });

  useEffect(() => {
    const target = place.current;
    if (target === null) return;
    const options = chartOptions({
      ...first.current,
      widthPx: target.clientWidth,
      heightPx,
      resolveColor: colorResolver(target),
      onDraw: (made) => onDraw.current?.(made),
    });
    const made = new uPlot(options, alignedData(first.current.data), target);
    chart.current = made;
    const observer = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0);
      if (width > 0 && width !== made.width) made.setSize({ width, height: heightPx });
    });
    observer.observe(target);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [heightPx]);

  useEffect(() => {
    chart.current?.setData(alignedData(data));
  }, [data]);

  return <div ref={place} className="chart" role="img" aria-label={label} style={{ height: heightPx }} />;
}

function alignedData([times, ...values]: ChartData): uPlot.AlignedData {
  return [[...times], ...values.map((line) => [...line])];
}

/** The browser knows what a variable comes to: an element is given the colour and asked for it. */
function colorResolver(target: HTMLElement): (color: string) => string {
  return (color) => {
    const probe = document.createElement('span');
    probe.style.color = color;
    target.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };
}
