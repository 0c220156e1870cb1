import type uPlot from 'uplot';
import { markText, type TrafficMark } from './traffic-mark.ts';

/** What is drawn over the latencies. Times in seconds since 1970, as the chart has them. */
export interface MarksOnChart {
  readonly marks: readonly { readonly mark: TrafficMark; readonly atSeconds: number }[];
  /** When a call failed, and how long its caller had waited, in milliseconds. */
  readonly failures: readonly { readonly atSeconds: number; readonly latencyMs: number }[];
}

const crossPx = 5;
const labelPx = 11;
const gapPx = 4;
/** Labels of marks that are close to each other stand below each other. */
const labelRows = 3;

/** Draws failovers and recoveries as lines across the chart, with their words, and failures as crosses. */
export function drawMarks(chart: uPlot, { marks, failures }: MarksOnChart): void {
  const { ctx, bbox } = chart;
  const color = (name: string): string => resolvedColor(chart.root, `var(${name})`);
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.5 * ratio;
  ctx.font = `600 ${labelPx * ratio}px ui-sans-serif, system-ui, sans-serif`;
  for (const [index, { mark, atSeconds }] of marks.entries()) {
    const tone = color(mark.kind === 'failover' ? '--warn' : '--good');
    const x = chart.valToPos(atSeconds, 'x', true);
    drawLine(ctx, { x, top: bbox.top, bottom: bbox.top + bbox.height, tone, dashPx: 4 * ratio });
    const row = index % labelRows;
    const y = bbox.top + (row + 1) * (labelPx + gapPx) * ratio;
    drawLabel(ctx, { text: markText(mark), x, y, tone, gap: gapPx * ratio, chart });
  }
  const bad = color('--bad');
  for (const { atSeconds, latencyMs } of failures) {
    const x = chart.valToPos(atSeconds, 'x', true);
    drawCross(ctx, { x, y: chart.valToPos(latencyMs, 'y', true), size: crossPx * ratio, tone: bad });
  }
  ctx.restore();
}

/** A canvas knows no `light-dark()`: the browser is asked what a colour comes to. */
function resolvedColor(place: HTMLElement, color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  place.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

function drawLine(
  ctx: CanvasRenderingContext2D,
  { x, top, bottom, tone, dashPx }: { x: number; top: number; bottom: number; tone: string; dashPx: number },
): void {
  ctx.strokeStyle = tone;
  ctx.setLineDash([dashPx, dashPx]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, bottom);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** On the right of its line, or as near to it as there is room. */
function drawLabel(
  ctx: CanvasRenderingContext2D,
  {
    text,
    x,
    y,
    tone,
    gap,
    chart,
  }: { text: string; x: number; y: number; tone: string; gap: number; chart: uPlot },
): void {
  const { left, width } = chart.bbox;
  const last = left + width - ctx.measureText(text).width;
  ctx.fillStyle = tone;
  ctx.textAlign = 'left';
  ctx.fillText(text, Math.max(left, Math.min(x + gap, last)), y);
}

function drawCross(
  ctx: CanvasRenderingContext2D,
  { x, y, size, tone }: { x: number; y: number; size: number; tone: string },
): void {
  ctx.strokeStyle = tone;
  ctx.beginPath();
  ctx.moveTo(x - size, y - size);
  ctx.lineTo(x + size, y + size);
  ctx.moveTo(x + size, y - size);
  ctx.lineTo(x - size, y + size);
  ctx.stroke();
}
