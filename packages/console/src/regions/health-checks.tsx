import { Badge } from '../ui/badge.tsx';
import { agoText, forText } from '../ui/duration-text.ts';
import { Cell, HeaderCell, Table } from '../ui/table.tsx';
import { useNow } from '../ui/use-now.ts';
import type { CheckView } from './describe-health.ts';

/** The checks that decide over a region, and what each checker says. */
export function HealthChecks({ checks }: { readonly checks: readonly CheckView[] }) {
  const nowMs = useNow();
  return (
    <ul className="checks">
      {checks.map(({ id, title, target, healthy, since, pace, checkers }) => (
        <li key={id} className="check">
          <p className="check-title">
            <Badge tone={healthy ? 'good' : 'bad'}>{healthy ? 'yes' : 'no'}</Badge> {title}
          </p>
          <p className="check-note">
            {forText(since, nowMs)} · {pace}
          </p>
          <p className="check-note mono check-target">{target}</p>
          <Table
            caption={`Checkers of: ${title}`}
            head={
              <>
                <HeaderCell>From</HeaderCell>
                <HeaderCell>Says</HeaderCell>
                <HeaderCell isNumeric>Asked</HeaderCell>
              </>
            }
          >
            {checkers.map((checker) => (
              <tr key={checker.region}>
                <Cell>{checker.region}</Cell>
                <Cell>
                  <span className={checker.isGood === false ? 'said-bad' : undefined}>{checker.said}</span>
                </Cell>
                <Cell isNumeric>{checker.checkedAt === null ? '–' : agoText(checker.checkedAt, nowMs)}</Cell>
              </tr>
            ))}
          </Table>
        </li>
      ))}
    </ul>
  );
}
