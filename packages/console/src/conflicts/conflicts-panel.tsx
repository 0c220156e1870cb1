import './conflicts.css';
import { FailureNote } from '../items/failure-note.tsx';
import { Panel } from '../ui/panel.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { ConflictCard } from './conflict-card.tsx';
import type { PairedConflict } from './pair-conflicts.ts';
import { RaceForm } from './race-form.tsx';
import { type ConflictLog, conflictsMax, useConflicts } from './use-conflicts.ts';

/** Partition key of the item that is fought over. */
const pk = 'console-conflicts';
/** Conflicts that are seen at once; older ones open on demand. */
const latestMax = 3;

/** Lets two regions write one item at once, and shows what was lost, what won, and how to bring it back. */
export function ConflictsPanel() {
  const log = useConflicts(pk);
  return (
    <Panel
      id="conflicts"
      title="Conflicts"
      description="Every region accepts writes at once and the last writer wins, as in any DynamoDB global table. Here the one that loses is kept whole in a log, so nothing that was acknowledged is lost, and one button brings it back."
    >
      <div className="conflicts">
        <RaceForm pk={pk} onWritten={log.refresh} />
        <ConflictList log={log} />
      </div>
    </Panel>
  );
}

function ConflictList({ log }: { readonly log: ConflictLog }) {
  const { conflicts, hasAsked, failure, dismiss } = log;
  const older = conflicts.slice(latestMax);
  return (
    <div className="conflicts-list">
      <h3 className="conflicts-heading">
        Conflict log{' '}
        <span
          className="conflicts-count"
          data-testid="conflict-count"
          data-count={conflicts.length}
          data-latest={conflicts[0]?.id}
          role="status"
        >
          {countText(conflicts.length)}
        </span>
      </h3>
      {failure !== null && <FailureNote title="The conflict log cannot be read now" failure={failure} />}
      {!hasAsked && failure === null && <Skeleton label="Reading the conflict log" />}
      {hasAsked && conflicts.length === 0 && (
        <EmptyState title="No conflicts">
          <p>Write in both regions at once. A conflict appears as soon as they hear of each other.</p>
        </EmptyState>
      )}
      <Cards conflicts={conflicts.slice(0, latestMax)} onHandled={dismiss} />
      {older.length > 0 && (
        <details className="conflicts-older">
          <summary>{older.length === 1 ? 'One older' : `${older.length} older`}</summary>
          <Cards conflicts={older} onHandled={dismiss} />
        </details>
      )}
    </div>
  );
}

function Cards({
  conflicts,
  onHandled,
}: {
  readonly conflicts: readonly PairedConflict[];
  readonly onHandled: ConflictLog['dismiss'];
}) {
  return (
    <ol className="conflicts-cards">
      {conflicts.map((paired) => (
        <li key={paired.id}>
          <ConflictCard paired={paired} onHandled={() => onHandled(paired.conflict)} />
        </li>
      ))}
    </ol>
  );
}

function countText(count: number): string {
  if (count >= conflictsMax) return `${count} lost writes or more`;
  return count === 1 ? '1 lost write' : `${count} lost writes`;
}
