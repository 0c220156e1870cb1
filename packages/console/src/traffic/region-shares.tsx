import type { RegionView } from '@gsp/client';
import { Badge } from '../ui/badge.tsx';
import { RegionTag, regionColor } from '../ui/region-tag.tsx';
import { Cell, HeaderCell, Table } from '../ui/table.tsx';
import { countText, latencyText } from './traffic-figure-list.tsx';
import type { TrafficView } from './use-traffic.ts';

/** Who answered how much of the stream, how fast, and what the client thinks of each region. */
export function RegionShares({
  view: { figures, regionViews },
  regions,
}: {
  readonly view: TrafficView;
  readonly regions: readonly string[];
}) {
  return (
    <div className="traffic-shares">
      <div className="traffic-share-bar" aria-hidden="true">
        {figures.byRegion.map(({ region, share }) => (
          <span
            key={region}
            style={{ flexGrow: share, background: regionColor(Math.max(0, regions.indexOf(region))) }}
          />
        ))}
      </div>
      <Table
        caption="Calls by the region that answered"
        head={
          <>
            <HeaderCell>Region</HeaderCell>
            <HeaderCell>The client sees it as</HeaderCell>
            <HeaderCell isNumeric>Share</HeaderCell>
            <HeaderCell isNumeric>Calls</HeaderCell>
            <HeaderCell isNumeric>p50</HeaderCell>
            <HeaderCell isNumeric>p95</HeaderCell>
          </>
        }
      >
        {figures.byRegion.map(({ region, share, calls, p50Ms, p95Ms }) => (
          <tr key={region} data-testid={`traffic-region-${region}`}>
            <Cell>
              <RegionTag region={region} index={Math.max(0, regions.indexOf(region))} />
            </Cell>
            <Cell>
              <RegionStateBadge view={regionViews.find((seen) => seen.region === region)} />
            </Cell>
            <Cell isNumeric data-testid={`traffic-share-${region}`}>
              {Math.round(share * 100)} %
            </Cell>
            <Cell isNumeric>{countText(calls)}</Cell>
            <Cell isNumeric>{latencyText(p50Ms)}</Cell>
            <Cell isNumeric>{latencyText(p95Ms)}</Cell>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function RegionStateBadge({ view }: { readonly view: RegionView | undefined }) {
  if (view === undefined) return <Badge>left to DNS</Badge>;
  const { state, isPreferred, reason } = view;
  switch (state) {
    case 'closed':
      return <Badge tone={isPreferred ? 'good' : 'neutral'}>{isPreferred ? 'preferred' : 'ready'}</Badge>;
    case 'open':
      return (
        <Badge tone="bad" title={reason ?? ''}>
          avoided
        </Badge>
      );
    case 'half-open':
      return <Badge tone="warn">being tried</Badge>;
    case 'evacuated':
      return <Badge tone="warn">evacuated</Badge>;
  }
}
