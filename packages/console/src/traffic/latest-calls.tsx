import type { CallEvent } from '@gsp/client';
import { Badge } from '../ui/badge.tsx';
import { RegionTag } from '../ui/region-tag.tsx';
import { Cell, HeaderCell, Table } from '../ui/table.tsx';
import { latencyText } from './traffic-figure-list.tsx';

const rowsMax = 10;

const outcomeTones = { ok: 'good', refused: 'warn', failed: 'bad', aborted: 'neutral' } as const;

/** The latest calls, the newest first: what the chart shows, in words. */
export function LatestCalls({
  calls,
  regions,
}: {
  readonly calls: readonly CallEvent[];
  readonly regions: readonly string[];
}) {
  return (
    <div className="traffic-calls" data-testid="traffic-calls-table">
      <h3 className="traffic-heading">Latest calls</h3>
      <Table
        caption="Latest calls, the newest first"
        head={
          <>
            <HeaderCell>Operation</HeaderCell>
            <HeaderCell>Answered by</HeaderCell>
            <HeaderCell isNumeric>Latency</HeaderCell>
            <HeaderCell isNumeric>Requests</HeaderCell>
            <HeaderCell>Outcome</HeaderCell>
          </>
        }
      >
        {calls
          .slice(-rowsMax)
          .reverse()
          .map(({ call, operation, region, latencyMs, attempts, outcome, reason }) => (
            <tr key={call} data-outcome={outcome}>
              <Cell>
                <code>{operation}</code>
              </Cell>
              <Cell>
                {region === null ? (
                  'nobody'
                ) : (
                  <RegionTag region={region} index={Math.max(0, regions.indexOf(region))} />
                )}
              </Cell>
              <Cell isNumeric>{latencyText(latencyMs)}</Cell>
              <Cell isNumeric>{attempts}</Cell>
              <Cell>
                <Badge tone={outcomeTones[outcome]}>{outcome}</Badge>
                {reason !== undefined && <span className="traffic-reason"> {reason}</span>}
              </Cell>
            </tr>
          ))}
      </Table>
    </div>
  );
}
