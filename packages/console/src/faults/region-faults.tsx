import type { TwinRegion } from '@gsp/twin/control';
import type { TwinView } from '../platform/platform-context.tsx';
import { describeConditions } from '../regions/describe-status.ts';
import { Button } from '../ui/button.tsx';
import { AmountForm } from './amount-form.tsx';
import type { FaultAction } from './use-fault.ts';

/** A region of the twin and what may be done to it. */
export interface RegionFaultsProps {
  readonly state: TwinRegion;
  readonly twin: TwinView;
  readonly faults: FaultAction;
}

const SLOW = { min: 0, max: 60_000, unit: 'ms' };
const SHARE = { min: 0, max: 100, unit: '%' };
const CLOCK = { min: -86_400, max: 86_400, unit: 's' };

/** Everything that can be broken in a region beside ending it. */
export function RegionFaults({ state, twin, faults: { pending, inject } }: RegionFaultsProps) {
  const { region } = state;
  const conditions = describeConditions(state);
  return (
    <div className="faults">
      <AmountForm
        label="Slower by"
        act={`slow ${region}`}
        range={SLOW}
        suggested={800}
        isBusy={pending === 'slow'}
        onApply={(delayMs) => inject({ region, kind: 'slow', delayMs })}
      />
      <AmountForm
        label="Requests that fail"
        act={`let requests to ${region} fail`}
        range={SHARE}
        suggested={30}
        isBusy={pending === 'error'}
        onApply={(value) => inject({ region, kind: 'error', share: value / 100 })}
      />
      <AmountForm
        label="Table throttled"
        act={`throttle the table of ${region}`}
        range={SHARE}
        suggested={50}
        isBusy={pending === 'throttle'}
        onApply={(value) => inject({ region, kind: 'throttle', share: value / 100 })}
      />
      <AmountForm
        label="Clock off by"
        act={`set the clock of ${region}`}
        range={CLOCK}
        suggested={-60}
        isBusy={pending === 'clock'}
        onApply={(value) => inject({ region, kind: 'clock', offsetMs: value * 1_000 })}
      />
      <Button
        className="faults-heal"
        isBusy={pending === 'heal'}
        disabled={!twin.isConnected || conditions.length === 0}
        onClick={() => inject({ region, kind: 'clock', offsetMs: 0 }, { region, kind: 'heal' })}
      >
        Heal all of it<span className="visually-hidden">: {region}</span>
      </Button>
    </div>
  );
}
