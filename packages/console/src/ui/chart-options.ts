import type uPlot from 'uplot';
import { niceMaximum, timeRange } from './chart-scale.ts';
import type { ChartSeries } from './chart-series.ts';

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
