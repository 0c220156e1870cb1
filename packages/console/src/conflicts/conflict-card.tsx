import { restoreConflict } from '@gsp/client/fetch';
import type { JsonValue } from '@gsp/platform/contract';
import type { ReactNode } from 'react';
import { versionText } from '../items/compare-lists.ts';
import { describeFailure, FailureNote } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { RegionTag } from '../ui/region-tag.tsx';
import { useAction } from '../ui/use-action.ts';
import type { ConflictState, PairedConflict } from './pair-conflicts.ts';

const badges = {
  lost: { tone: 'warn', text: 'lost, kept in the log' },
  restored: { tone: 'good', text: 'restored' },
  rewritten: { tone: 'info', text: 'written again since' },
  unknown: { tone: 'neutral', text: 'reading the item' },
} as const satisfies Record<ConflictState, object>;

/** One lost write beside what took its place, and the button that brings it back. */
export function ConflictCard({
  paired,
  onHandled,
}: {
  readonly paired: PairedConflict;
  /** The entry was restored or acknowledged, and is listed no more. */
  readonly onHandled: () => void;
}) {
  const { client } = usePlatform();
  const { conflict, state } = paired;
  const restoring = useAction(async (signal: AbortSignal) => {
    await restoreConflict(client, conflict, { signal });
    onHandled();
  }, describeFailure);
  const acknowledging = useAction(async (signal: AbortSignal) => {
    await client.acknowledgeConflict(conflict, { session: null, signal });
    onHandled();
  }, describeFailure);
  const badge = badges[state];
  return (
    <article
      className="conflict"
      data-testid="conflict"
      data-state={state}
      aria-label={`Lost write to ${conflict.loser.sk}`}
    >
      <header className="conflict-header">
        <p>
          <code>{conflict.loser.sk}</code> <Badge tone={badge.tone}>{badge.text}</Badge>
        </p>
        <p className="conflicts-text">
          seen in {conflict.detectedIn} <Time iso={conflict.detectedAt} />
        </p>
      </header>
      <div className="conflict-sides">
        <LoserSide paired={paired} />
        <WinnerSide paired={paired} />
        <PresentSide paired={paired} />
      </div>
      {restoring.failure !== null && (
        <FailureNote title="The lost write was not restored" failure={restoring.failure} />
      )}
      {acknowledging.failure !== null && (
        <FailureNote title="The conflict was not acknowledged" failure={acknowledging.failure} />
      )}
      <footer className="conflict-footer">
        <p className="conflicts-text">{explanation(paired)}</p>
        {state !== 'restored' && (
          <Button
            isBusy={restoring.isBusy}
            disabled={state === 'unknown'}
            data-testid="conflict-restore"
            onClick={() => void restoring.run()}
          >
            Restore the lost write
          </Button>
        )}
        <Button
          isBusy={acknowledging.isBusy}
          data-testid="conflict-acknowledge"
          onClick={() => void acknowledging.run()}
        >
          Acknowledge
        </Button>
      </footer>
    </article>
  );
}

function LoserSide({ paired: { conflict } }: { readonly paired: PairedConflict }) {
  const { loser } = conflict;
  return (
    <Side
      title="Lost"
      region={loser.region}
      updatedAt={loser.updatedAt}
      version={loser.version}
      testId="conflict-loser"
    >
      {loser.deleted === true ? <p>A deletion.</p> : <Data data={loser.data} />}
    </Side>
  );
}

function WinnerSide({ paired: { conflict, winnerItem } }: { readonly paired: PairedConflict }) {
  const { winner } = conflict;
  if (winner === undefined) {
    return (
      <section className="conflict-side" data-testid="conflict-winner">
        <h4>Won</h4>
        <p>The item had expired elsewhere, and was removed.</p>
      </section>
    );
  }
  const { region, updatedAt, version } = winner;
  return (
    <Side title="Won" region={region} updatedAt={updatedAt} version={version} testId="conflict-winner">
      {winner.deleted === true && <p>A deletion.</p>}
      {winner.deleted !== true && winnerItem === null && <p>Its data has been replaced since.</p>}
      {winnerItem !== null && <Data data={winnerItem.data} />}
    </Side>
  );
}

/** What the item holds now, where that is neither the one nor the other's version. */
function PresentSide({ paired: { current, state } }: { readonly paired: PairedConflict }) {
  if (current === undefined || state === 'lost') return null;
  if (current === null) {
    return (
      <section className="conflict-side" data-testid="conflict-present">
        <h4>Now</h4>
        <p>The item is gone.</p>
      </section>
    );
  }
  const { region, updatedAt, version } = current;
  return (
    <Side title="Now" region={region} updatedAt={updatedAt} version={version} testId="conflict-present">
      <Data data={current.data} />
    </Side>
  );
}

function Side({
  title,
  region,
  updatedAt,
  version,
  testId,
  children,
}: {
  readonly title: string;
  readonly region: string;
  readonly updatedAt: string;
  readonly version: Readonly<Record<string, number>>;
  readonly testId: string;
  readonly children: ReactNode;
}) {
  const { regions } = usePlatform();
  const index = regions.findIndex((known) => known.region === region);
  return (
    <section className="conflict-side" data-testid={testId}>
      <h4>
        {title} <RegionTag region={region} index={Math.max(0, index)} />
      </h4>
      {children}
      <p className="conflicts-text">
        written <Time iso={updatedAt} />
        <br />
        version <code>{versionText(version)}</code>
      </p>
    </section>
  );
}

function Data({ data }: { readonly data: JsonValue | undefined }) {
  return (
    <pre className="conflict-data">{data === undefined ? 'no data' : JSON.stringify(data, null, 2)}</pre>
  );
}

/** To the millisecond, as that is what decides; the day only where it is another one. */
function Time({ iso }: { readonly iso: string }) {
  const at = new Date(iso);
  const isToday = at.toDateString() === new Date().toDateString();
  const time = `${at.toLocaleTimeString([], { hour12: false })}.${at.getMilliseconds().toString().padStart(3, '0')}`;
  return <time dateTime={iso}>{isToday ? time : `${at.toLocaleDateString()} ${time}`}</time>;
}

function explanation({ conflict: { loser, winner }, state }: PairedConflict): string {
  switch (state) {
    case 'unknown':
      return 'What the item holds now is being read.';
    case 'restored':
      return 'The item holds again what had been lost.';
    case 'rewritten':
      return 'Somebody has written the item since. Restoring replaces what it holds now.';
    case 'lost':
      return winner === undefined
        ? `${loser.region} accepted this write before it heard that the item had expired elsewhere.`
        : `${loser.region} and ${winner.region} both accepted a write before either had heard of the other; DynamoDB kept one of them, by stamps that nobody sees, and this one was kept whole here.`;
  }
}
