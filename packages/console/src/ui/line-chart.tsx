import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
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

/** What decides how a chart is drawn, beside its data. */
export interface ChartShape {
  readonly series: readonly ChartSeries[];
  readonly unit?: string | undefined;
  readonly windowSeconds?: number | undefined;
  readonly maxAtLeast?: number | undefined;
  readonly widthPx: number;
  readonly heightPx: number;
  /** What a CSS colour or variable comes to in this theme; a canvas knows no variables. */
  readonly resolveColor: (color: string) => string;
  readonly onDraw: (chart: uPlot) => void;
}

const AXIS_FONT = '11px ui-sans-serif, system-ui, sans-serif';
const TIME_AXIS_PX = 28;
const VALUE_AXIS_PX = 52;

/** uPlot's options in the console's one visual language. */
export function chartOptions({
  series,
  unit = '',
  windowSeconds,
  maxAtLeast = 1,
  widthPx,
  heightPx,
  resolveColor,
  onDraw,
}: ChartShape): uPlot.Options {
  const ink = resolveColor('var(--ink-3)');
  const grid = { stroke: resolveColor('var(--line)'), width: 1 };
  const axis = { stroke: ink, font: AXIS_FONT, grid, ticks: { show: false } };
  return {
    width: Math.max(widthPx, 1),
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: true, range: (_, min, max) => timeRange({ min, max, windowSeconds }) },
      y: { range: (_, __, max) => [0, niceMaximum(Math.max(max ?? 0, maxAtLeast))] },
    },
    axes: [
      { ...axis, size: TIME_AXIS_PX, space: 90, values: (_, times) => times.map(clockTime) },
      { ...axis, size: VALUE_AXIS_PX, space: 36, values: (_, values) => values.map((v) => labelOf(v, unit)) },
    ],
    series: [{}, ...series.map((line) => seriesOptions(line, resolveColor))],
    hooks: { draw: [onDraw] },
  };
}

function seriesOptions(
  { label, color, width = 2, dash, isPoints = false }: ChartSeries,
  resolveColor: ChartShape['resolveColor'],
): uPlot.Series {
  const stroke = resolveColor(color);
  return {
    label,
    stroke,
    width: isPoints ? 0 : width,
    ...(dash === undefined ? {} : { dash: [...dash] }),
    points: isPoints ? { show: true, size: 5, fill: stroke, stroke } : { show: false },
    spanGaps: false,
  };
}

function labelOf(value: number, unit: string): string {
  const rounded = Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 2 });
  return unit === '' ? rounded : `${rounded} ${unit}`;
}

function clockTime(seconds: number): string {
  return new Date(seconds * 1_000).toLocaleTimeString([], { hour12: false });
}

/** What of time is shown: all of it, or the latest `windowSeconds`. An empty chart shows some time all the same. */
export function timeRange({
  min,
  max,
  windowSeconds,
}: {
  readonly min: number | null;
  readonly max: number | null;
  readonly windowSeconds: number | undefined;
}): [number, number] {
  const end = max ?? 0;
  if (windowSeconds !== undefined) return [end - windowSeconds, end];
  return min === null || min === end ? [end - 1, end] : [min, end];
}

/** The next of 1, 2, 2.5, 5 times a power of ten that is not below `value`: so the axis changes rarely. */
export function niceMaximum(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}

/** One line of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** A CSS colour; variables such as those of `regionColor` are allowed and follow the theme. */
  readonly color: string;
  /** @default 2 */
  readonly width?: number;
  /** Lengths of dash and gap, to tell lines apart without colour. @default - solid */
  readonly dash?: readonly number[];
  /** Draws dots and no line between them. @default false */
  readonly isPoints?: boolean;
}

/** Times in seconds since the epoch, ascending; then the values of each series, null where there is none. */
export type ChartData = readonly [
  times: readonly number[],
  ...values: readonly (readonly (number | null)[])[],
];
