import type { ReactNode } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { messageOf, useAction } from '../ui/use-action.ts';
import { Brand, ThemeToggle } from './app-header.tsx';

/** Stands in place of everything where there is no platform to show, and says how to get one. */
export function FailedPage({
  message,
  onRetry,
  children,
}: {
  readonly message: string;
  readonly onRetry: () => void;
  readonly children?: ReactNode;
}) {
  return (
    <>
      <header className="app-header">
        <div className="app-header-inner">
          <Brand />
          <div className="app-header-end">
            <ThemeToggle />
          </div>
        </div>
      </header>
      <main className="page page-narrow">
        <section className="panel failed" aria-labelledby="failed-title" role="alert">
          <h2 id="failed-title" className="failed-title">
            There is no platform here yet
          </h2>
          <p className="failed-message">{message}</p>
          {children ?? <WaysToOne />}
          <Button variant="primary" onClick={onRetry}>
            Look again
          </Button>
        </section>
      </main>
    </>
  );
}

function WaysToOne() {
  return (
    <dl className="ways">
      <div>
        <dt>On this machine, without an account</dt>
        <dd>
          <code>npm ci &amp;&amp; npm start</code>
          <span>starts the twin, and serves this page with its outputs.</span>
        </dd>
      </div>
      <div>
        <dt>A platform that is deployed</dt>
        <dd>
          <code>amplify_outputs.json</code>
          <span>of the deploy must lie beside this page.</span>
        </dd>
      </div>
    </dl>
  );
}

/** Says that the twin does not answer and what to run. It lies over the page, so that nothing below it moves. */
export function DisconnectedNotice() {
  const { twin } = usePlatform();
  const { isBusy, run } = useAction(async () => twin?.refresh(), messageOf);
  const isOut = twin !== null && !twin.isConnected;
  return (
    <div className="notice-place" role="status">
      {isOut && (
        <div className="notice">
          <p>
            <strong>The twin does not answer.</strong>{' '}
            {twin.state === null
              ? 'Start it with '
              : 'What is shown is the last that was seen. Start it with '}
            <code>npm start</code>; this page connects again by itself.
          </p>
          <Button size="small" isBusy={isBusy} onClick={() => void run()}>
            Try now
          </Button>
        </div>
      )}
    </div>
  );
}

/** Stands until outputs and twin have answered, in the shape of what comes. */
export function LoadingPage() {
  return (
    <>
      <header className="app-header">
        <div className="app-header-inner">
          <Brand />
        </div>
      </header>
      <main className="page">
        <div className="overview">
          <div className="route">
            <div className="route-node skeleton-route">
              <Skeleton lines={1} label="Looking for the platform" />
            </div>
            <div className="route-lines" />
          </div>
          <div className="region-grid region-pair">
            <div className="region-card skeleton-card">
              <Skeleton lines={7} />
            </div>
            <div className="links" />
            <div className="region-card skeleton-card">
              <Skeleton lines={7} />
            </div>
          </div>
        </div>
      </main>
    </>
  );
}

/** Stands where panels compare regions, on a stage whose regions let nobody in but through the edge. */
export function EdgeOnlyPanel() {
  return (
    <Panel
      id="edge-only"
      title="Region by region"
      description="Writes here and reads there, conflicts made on purpose, counters that race."
    >
      <EmptyState title="This stage answers through its edge only">
        Each of these calls chooses its region, and a region refuses what does not come through the edge. The
        regions' health, the traffic and evacuations above and below do without. To see the rest, set
        edge.enforced false in a stage of your own, or start the twin.
      </EmptyState>
    </Panel>
  );
}
