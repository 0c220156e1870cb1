import type { EvacuationAuditView } from '@gsp/platform/contract';
import { agoText } from '../ui/duration-text.ts';
import { Cell, HeaderCell, Table } from '../ui/table.tsx';
import { useNow } from '../ui/use-now.ts';

/** Who evacuated and restored what, newest first. */
export function AuditTrail({ entries }: { readonly entries: readonly EvacuationAuditView[] }) {
  const nowMs = useNow();
  return (
    <div className="audit">
      <Table
        caption="Audit trail, newest first"
        isCaptionVisible
        head={
          <>
            <HeaderCell>When</HeaderCell>
            <HeaderCell>What</HeaderCell>
            <HeaderCell>Reason</HeaderCell>
            <HeaderCell>Asked in</HeaderCell>
            <HeaderCell>By</HeaderCell>
          </>
        }
      >
        {entries.map(({ id, act, region, by, askedIn, at, reason }) => (
          <tr key={id}>
            <Cell>
              <time dateTime={at} title={at}>
                {agoText(at, nowMs)}
              </time>
            </Cell>
            <Cell>
              {act} {region}
            </Cell>
            <Cell>{reason ?? '–'}</Cell>
            <Cell>{askedIn}</Cell>
            <Cell className="mono">{by}</Cell>
          </tr>
        ))}
      </Table>
    </div>
  );
}
