import type { FaultMark, TrafficReport } from '../traffic-report.ts';
import { formatSeconds } from './format-figure.ts';
import { type Html, html } from './html.ts';
import { checkLanes, dnsLane, type LaneSegment, type StateLane } from './state-lanes.ts';

/** Under this share of the width a word does not fit; the title and the table of events have it. */
const LABELLED_SHARE_MIN = 0.09;

/** What DNS answered and what health checks said, drawn over the same time as the charts above; needs no script. */
export function renderLanes(report: TrafficReport): Html {
  const lanes = [dnsLane(report), ...checkLanes(report)];
  return html`<div class="lanes">
${lanes.map((lane) => renderLane(lane, report))}
</div>`;
}

function renderLane({ title, note, segments }: StateLane, { marks, durationSeconds }: TrafficReport): Html {
  const spoken = segments.map(({ fromSeconds, label }) => `from ${formatSeconds(fromSeconds)} ${label}`);
  return html`<div class="lane">
<p class="lane-title">${title} <span class="note">${note}</span></p>
<div class="track" role="img" aria-label="${title}: ${spoken.length === 0 ? 'never seen' : spoken.join('; ')}">
${segments.map((segment) => renderSegment(segment, durationSeconds))}${marks.map((mark) => renderMark(mark, durationSeconds))}
</div>
</div>
`;
}

function renderSegment({ fromSeconds, toSeconds, label, tone }: LaneSegment, durationSeconds: number): Html {
  const share = (toSeconds - fromSeconds) / durationSeconds;
  const place = `left:${percent(fromSeconds / durationSeconds)};width:${percent(share)}`;
  const title = `${label}, ${formatSeconds(fromSeconds)} to ${formatSeconds(toSeconds)}`;
  return html`<span class="segment ${tone}" style="${place}" title="${title}">${share >= LABELLED_SHARE_MIN && label}</span>`;
}

function renderMark({ atSeconds, kind, what }: FaultMark, durationSeconds: number): Html {
  return html`<span class="mark ${kind}" style="left:${percent(atSeconds / durationSeconds)}" title="${what}, ${formatSeconds(atSeconds)}"></span>`;
}

/** A share as CSS has it; of a scenario that took no time there is none. */
function percent(share: number): string {
  if (Number.isNaN(share)) return '0%';
  return `${Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3))}%`;
}
