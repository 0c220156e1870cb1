import type { TwinRegion } from '@gsp/twin/control';
import { Button } from '../ui/button.tsx';
import type { FaultAction } from './use-fault.ts';

/** Ends a region, at once or in order, or starts it again: whichever makes sense of what it does now. */
export function PowerButtons({
  state: { region, status },
  faults: { pending, inject },
}: {
  readonly state: TwinRegion;
  readonly faults: FaultAction;
}) {
  const isUp = status === 'running' || status === 'impaired' || status === 'starting';
  return (
    <>
      {isUp ? (
        <>
          <Button
            size="small"
            variant="danger"
            aria-label={`Kill ${region}`}
            isBusy={pending === 'kill'}
            onClick={() => inject({ region, kind: 'kill' })}
          >
            Kill
          </Button>
          <Button
            size="small"
            aria-label={`Stop ${region}`}
            isBusy={pending === 'stop'}
            onClick={() => inject({ region, kind: 'stop' })}
          >
            Stop
          </Button>
        </>
      ) : null}
      {!isUp || status === 'impaired' ? (
        <Button
          size="small"
          variant="primary"
          aria-label={`Start ${region}`}
          isBusy={pending === 'start'}
          onClick={() => inject({ region, kind: 'start' })}
        >
          Start
        </Button>
      ) : null}
    </>
  );
}
