import './traffic.css';
import { FailureNote } from '../items/failure-note.tsx';
import { usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Panel } from '../ui/panel.tsx';
import { EmptyState } from '../ui/states.tsx';
import { LatencyChart } from './latency-chart.tsx';
import { LatestCalls } from './latest-calls.tsx';
import { RegionShares } from './region-shares.tsx';
import { TrafficControls } from './traffic-controls.tsx';
import { failureSentence, TrafficFigureList } from './traffic-figure-list.tsx';
import { markText } from './traffic-mark.ts';
import { type Traffic, type TrafficView, useTraffic } from './use-traffic.ts';

/** A stream of calls through the client, drawn as it happens: who answered, how fast, and what failed. */
export function TrafficPanel() {
  const { regions } = usePlatform();
  const traffic = useTraffic();
  const names = regions.map(({ region }) => region);
  return (
    <Panel
      id="traffic"
      title="Live traffic"
      description="Reads and writes through the client, as an application would send them. Take a region away and watch where the calls go."
      actions={<StreamSwitch traffic={traffic} />}
    >
      <div className="traffic">
        <TrafficControls traffic={traffic} />
        <Announcement traffic={traffic} />
        {traffic.view === null ? (
          <EmptyState title="No traffic yet">
            <p>
              Nothing is sent until you start the stream. It writes small items that expire after ten minutes,
              reads those that had the time to reach every region, and stops when this page has been hidden
              for a minute.
            </p>
          </EmptyState>
        ) : (
          <TrafficResults view={traffic.view} regions={names} />
        )}
      </div>
    </Panel>
  );
}

function StreamSwitch({ traffic: { isRunning, start, stop } }: { readonly traffic: Traffic }) {
  return (
    <>
      <span data-testid="traffic-state">
        <Badge tone={isRunning ? 'good' : 'neutral'} dot>
          {isRunning ? 'running' : 'stopped'}
        </Badge>
      </span>
      <Button
        variant={isRunning ? 'secondary' : 'primary'}
        data-testid="traffic-toggle"
        onClick={isRunning ? stop : start}
      >
        {isRunning ? 'Stop' : 'Start'} the stream
      </Button>
    </>
  );
}

/** What is worth hearing, and no more: figures that change twice a second are not. */
function Announcement({ traffic: { view, wasStoppedUnseen } }: { readonly traffic: Traffic }) {
  const latest = view?.marks.at(-1);
  return (
    <>
      {wasStoppedUnseen && (
        <p className="traffic-note" data-testid="traffic-stopped-unseen">
          The stream was stopped, as this page was hidden for a minute. Start it to go on.
        </p>
      )}
      <p className="visually-hidden" role="status">
        {latest === undefined ? '' : markText(latest)}
      </p>
    </>
  );
}

function TrafficResults({
  view,
  regions,
}: {
  readonly view: TrafficView;
  readonly regions: readonly string[];
}) {
  const { figures, failure } = view;
  return (
    <>
      <p className="traffic-sentence" data-testid="traffic-sentence" data-failed={figures.failed}>
        {failureSentence(figures)}
      </p>
      <div className="traffic-figures">
        <TrafficFigureList figures={figures} />
      </div>
      <LatencyChart view={view} regions={regions} />
      <RegionShares view={view} regions={regions} />
      {failure !== null && <FailureNote title="The latest call that did not succeed" failure={failure} />}
      <LatestCalls calls={view.calls} regions={regions} />
    </>
  );
}
