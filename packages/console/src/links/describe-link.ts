import type { TwinLink } from '@gsp/twin/control';
import { durationText } from '../ui/duration-text.ts';
import type { Tone } from '../ui/tone.ts';

/** One direction of replication as it is drawn. */
export interface LinkView {
  readonly from: string;
  readonly to: string;
  /** How what is written there flows. */
  readonly flow: 'flowing' | 'delayed' | 'stalled' | 'cut' | 'unknown';
  readonly tone: Tone;
  /** The state in a word or two. */
  readonly label: string;
  /** Latencies as they are read; a dash where nothing was measured. */
  readonly p50: string;
  readonly p99: string;
  readonly backlog: string;
  readonly note: string | null;
}

const NONE = '–';

/** A direction of replication as the twin shows it. */
export function describeTwinLink(link: TwinLink): LinkView {
  const { from, to, lagMs, backlog, lastError } = link;
  const { flow, tone, label } = flowOf(link);
  return {
    from,
    to,
    flow,
    tone,
    label,
    p50: lagMs === null ? NONE : durationText(lagMs.p50),
    p99: lagMs === null ? NONE : durationText(lagMs.p99),
    backlog: backlog === null ? NONE : backlog.toLocaleString('en'),
    note: flow === 'stalled' ? lastError : null,
  };
}

/** A direction of which nothing is known but what was measured by writing in one region and reading in the other. */
export function describeMeasuredLink(
  { from, to }: { readonly from: string; readonly to: string },
  lagMs: number | null,
): LinkView {
  const isMeasured = lagMs !== null;
  return {
    from,
    to,
    flow: isMeasured ? 'flowing' : 'unknown',
    tone: isMeasured ? 'good' : 'neutral',
    label: isMeasured ? 'measured' : 'not measured yet',
    p50: isMeasured ? durationText(lagMs) : NONE,
    p99: NONE,
    backlog: NONE,
    note: null,
  };
}

function flowOf({ cut, delayMs, backlog, lastError }: TwinLink): Pick<LinkView, 'flow' | 'tone' | 'label'> {
  if (cut) return { flow: 'cut', tone: 'bad', label: 'cut' };
  if (backlog === null) return { flow: 'unknown', tone: 'neutral', label: 'source is down' };
  if (lastError !== null && backlog > 0) return { flow: 'stalled', tone: 'bad', label: 'peer is down' };
  if (delayMs > 0) return { flow: 'delayed', tone: 'warn', label: `delayed, +${durationText(delayMs)}` };
  return { flow: 'flowing', tone: 'good', label: 'replicating' };
}
