import type { TwinLink } from '@gsp/twin/control';
import { LinkFaults } from '../faults/link-faults.tsx';
import type { TwinView } from '../platform/platform-context.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { durationText } from '../ui/duration-text.ts';
import { RegionTag, regionColor } from '../ui/region-tag.tsx';

/** One direction of replication: an arrow, how long it takes, and what may be done to it. */
export function LinkLane({
  view,
  fromIndex,
  toIndex,
  fault,
}: {
  readonly view: LinkView;
  readonly fromIndex: number;
  readonly toIndex: number;
  /** Null where nothing can be broken on purpose. */
  readonly fault: { readonly twin: TwinView; readonly link: TwinLink } | null;
}) {
  const { from, to, flow, tone, label, p50, p99, backlog, note } = view;
  // Drawn as the regions stand, the first on the left, whichever way it flows.
  const isBackwards = fromIndex > toIndex;
  const [left, right] = isBackwards
    ? [
        { region: to, index: toIndex },
        { region: from, index: fromIndex },
      ]
    : [
        { region: from, index: fromIndex },
        { region: to, index: toIndex },
      ];
  return (
    <li className="lane" data-link={`${from}>${to}`} data-flow={flow}>
      <h4 className="visually-hidden">
        {from} to {to}
      </h4>
      <p className="lane-ends" aria-hidden="true">
        <RegionTag {...left} />
        <span className="lane-to">{isBackwards ? '←' : '→'}</span>
        <RegionTag {...right} />
      </p>
      <LinkArrow flow={flow} color={regionColor(fromIndex)} isBackwards={isBackwards} />
      <dl className="lane-figures numeric">
        <Figure label="p50" value={p50} />
        <Figure label="p99" value={p99} />
        <Figure label="backlog" value={backlog} />
      </dl>
      <div className="lane-foot">
        <Badge tone={tone} title={note ?? undefined}>
          {label}
        </Badge>
        {fault !== null && <LinkFaults {...fault} />}
      </div>
    </li>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

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

function flowOf({
  cut,
  delayMs,
  backlog,
  lastError,
  stalledMs,
}: TwinLink): Pick<LinkView, 'flow' | 'tone' | 'label'> {
  if (cut) return { flow: 'cut', tone: 'bad', label: 'cut' };
  if (backlog === null) return { flow: 'unknown', tone: 'neutral', label: 'source is down' };
  if (lastError !== null && backlog > 0) return { flow: 'stalled', tone: 'bad', label: 'peer is down' };
  if (stalledMs !== null)
    return { flow: 'stalled', tone: 'bad', label: `stalled for ${durationText(stalledMs)}` };
  if (delayMs > 0) return { flow: 'delayed', tone: 'warn', label: `delayed, +${durationText(delayMs)}` };
  return { flow: 'flowing', tone: 'good', label: 'replicating' };
}

/** What flows is drawn as dashes that move; what does not, as what stops it. The words beside it say the same. */
export function LinkArrow({
  flow,
  color,
  isBackwards,
}: {
  readonly flow: LinkView['flow'];
  readonly color: string;
  /** Whether it leads to a region that stands further left. */
  readonly isBackwards: boolean;
}) {
  const isBroken = flow === 'cut' || flow === 'stalled';
  return (
    <svg
      className={`arrow arrow-${flow}`}
      viewBox="0 0 200 16"
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ color, transform: isBackwards ? 'scaleX(-1)' : undefined }}
    >
      <path className="arrow-base" d={isBroken ? 'M2 8H86M114 8H188' : 'M2 8H188'} />
      {!isBroken && <path className="arrow-flow" d="M2 8H188" />}
      {isBroken && <path className="arrow-break" d="M94 3l12 10M106 3l-12 10" />}
      <path className="arrow-head" d="M188 2.5l10 5.5-10 5.5z" />
    </svg>
  );
}
