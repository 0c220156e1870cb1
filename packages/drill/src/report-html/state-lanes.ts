import type { FaultMark, TrafficReport } from '../drill-report.ts';
import { formatSeconds } from './format-figure.ts';
import { type Html, html } from './html.ts';

/** A state that held for a while. */
export interface LaneSegment {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** In words, such as `eu-west-1` or `unhealthy`. */
  readonly label: string;
  /** Decides the colour: a region by its place in the topology, or a verdict. */
  readonly tone: `region-${number}` | 'healthy' | 'unhealthy' | 'none' | 'several';
}

/** One thing whose states are drawn over time. */
export interface StateLane {
  readonly title: string;
  /** What a reader may want to know of it. */
  readonly note: string;
  readonly segments: readonly LaneSegment[];
}

/** Colours there are for regions; further ones begin anew. */
const REGION_TONES = 5;

/** What DNS answered for the global name, from answer to answer. */
export function dnsLane({ dnsAnswers, regions, durationSeconds }: TrafficReport): StateLane {
  const segments = dnsAnswers.map(({ atSeconds, regions: answered }, index): LaneSegment => {
    const [only = ''] = answered;
    return {
      fromSeconds: atSeconds,
      toSeconds: dnsAnswers[index + 1]?.atSeconds ?? durationSeconds,
      label: answered.length === 0 ? 'no address' : answered.join(', '),
      tone: answered.length > 1 ? 'several' : regionTone(regions, only),
    };
  });
  return { title: 'DNS answer', note: 'region behind the addresses that were answered', segments };
}

/** The verdict of every health check; calculated ones, which records go by, before those they are made of. */
export function checkLanes({ checkStates, durationSeconds }: TrafficReport): readonly StateLane[] {
  const names = [...new Set(checkStates.map(({ check }) => check))];
  const lanes = names.map((name) => {
    const states = checkStates.filter(({ check }) => check === name);
    const [first] = states;
    const segments = states.map(({ atSeconds, isHealthy }, index): LaneSegment => {
      const verdict = isHealthy ? 'healthy' : 'unhealthy';
      return {
        fromSeconds: atSeconds,
        toSeconds: states[index + 1]?.atSeconds ?? durationSeconds,
        label: verdict,
        tone: verdict,
      };
    });
    const note = [first?.kind, first?.inverted ? 'inverted' : ''].filter((word) => word !== '').join(', ');
    return { isCalculated: first?.kind === 'calculated', lane: { title: name, note, segments } };
  });
  return [...lanes].sort((a, b) => Number(b.isCalculated) - Number(a.isCalculated)).map(({ lane }) => lane);
}

function regionTone(regions: readonly string[], region: string): LaneSegment['tone'] {
  const index = regions.indexOf(region);
  return index === -1 ? 'none' : `region-${index % REGION_TONES}`;
}

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
  const extent = `left:${percent(fromSeconds / durationSeconds)};width:${percent(share)}`;
  const title = `${label}, ${formatSeconds(fromSeconds)} to ${formatSeconds(toSeconds)}`;
  return html`<span class="segment ${tone}" style="${extent}" title="${title}">${share >= LABELLED_SHARE_MIN && label}</span>`;
}

function renderMark({ atSeconds, kind, what }: FaultMark, durationSeconds: number): Html {
  return html`<span class="mark ${kind}" style="left:${percent(atSeconds / durationSeconds)}" title="${what}, ${formatSeconds(atSeconds)}"></span>`;
}

/** A share as CSS has it; of a scenario that took no time there is none. */
function percent(share: number): string {
  if (Number.isNaN(share)) return '0%';
  return `${Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3))}%`;
}
