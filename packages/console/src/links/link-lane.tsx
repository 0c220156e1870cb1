import type { TwinLink } from '@gsp/twin/control';
import { LinkFaults } from '../faults/link-faults.tsx';
import type { TwinView } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { regionColor } from '../ui/region-color.ts';
import { RegionTag } from '../ui/region-tag.tsx';
import type { LinkView } from './describe-link.ts';
import { LinkArrow } from './link-arrow.tsx';

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
