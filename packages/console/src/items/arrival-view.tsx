import { usePlatform } from '../platform/platform-context.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { RegionTag, regionColor } from '../ui/region-tag.tsx';
import { type Arrival, arrivalText, barShare } from './arrival-timeline.ts';
import type { ArrivalWatch, WatchedWrite } from './use-arrival.ts';

const scaleMs = 60_000;
const ticksMs = [10, 100, 1_000, 10_000, 60_000];

const stateTones = {
  acknowledged: 'good',
  visible: 'good',
  waiting: 'info',
  unreachable: 'warn',
  'gave-up': 'warn',
} as const;

/** One write on its way: a row for each region, on one logarithmic scale of time. */
export function ArrivalView({
  arrival,
  write,
}: {
  readonly arrival: ArrivalWatch;
  readonly write: WatchedWrite;
}) {
  const { regions } = usePlatform();
  const isEverywhere = write.timeline.every(({ afterMs }) => afterMs !== null);
  const canResume = !arrival.isWatching && !isEverywhere;
  return (
    <div data-testid="arrival">
      <p className="items-acknowledged" role="status">
        Acknowledged by <strong>{write.answer.region}</strong> after {Math.round(write.answer.latencyMs)} ms
        {isEverywhere ? ', and visible in every region.' : '.'}
      </p>
      <p className="items-key">
        <code>{write.item.sk}</code>
      </p>
      <ol className="items-timeline">
        {write.timeline.map((row) => (
          <ArrivalRow
            key={row.region}
            arrival={row}
            index={regions.findIndex(({ region }) => region === row.region)}
          />
        ))}
      </ol>
      <div className="items-scale" aria-hidden="true">
        {ticksMs.map((tickMs) => (
          <span key={tickMs} style={{ left: `${barShare(tickMs, scaleMs) * 100}%` }}>
            {tickMs < 1_000 ? `${tickMs} ms` : `${tickMs / 1_000} s`}
          </span>
        ))}
      </div>
      {arrival.isWatching && (
        <Button size="small" variant="quiet" data-testid="arrival-stop" onClick={arrival.stop}>
          Stop looking
        </Button>
      )}
      {canResume && (
        <Button size="small" data-testid="arrival-resume" onClick={arrival.resume}>
          Look again
        </Button>
      )}
    </div>
  );
}

function ArrivalRow({ arrival, index }: { readonly arrival: Arrival; readonly index: number }) {
  const { region, state, afterMs } = arrival;
  const isPending = afterMs === null;
  return (
    <li className="items-arrival-row" data-testid={`arrival-${region}`} data-state={state}>
      <div className="items-arrival-head">
        <RegionTag region={region} index={index} />
        <Badge tone={stateTones[state]}>
          {state === 'acknowledged' ? 'written here' : badgeText(arrival)}
        </Badge>
      </div>
      <div className="items-track" data-pending={isPending || undefined} aria-hidden="true">
        {afterMs !== null && (
          <span style={{ width: `${barShare(afterMs, scaleMs) * 100}%`, background: regionColor(index) }} />
        )}
      </div>
      <p className="items-arrival-text">{arrivalText(arrival)}</p>
    </li>
  );
}

function badgeText({ afterMs, state }: Arrival): string {
  if (afterMs !== null) return `${Math.round(afterMs).toLocaleString('en-US')} ms`;
  return state === 'gave-up' ? 'not seen' : 'not yet';
}
