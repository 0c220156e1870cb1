import type { TwinLink } from '@gsp/twin/control';
import type { TwinView } from '../platform/platform-context.tsx';
import { Button } from '../ui/button.tsx';
import { Disclosure } from '../ui/disclosure.tsx';
import { ErrorState } from '../ui/states.tsx';
import { AmountForm } from './amount-form.tsx';
import { useFault } from './use-fault.ts';

const DELAY = { min: 0, max: 600_000, unit: 'ms' };

/** Cuts one direction of replication, delays it, or heals it. */
export function LinkFaults({ link, twin }: { readonly link: TwinLink; readonly twin: TwinView }) {
  const { pending, error, inject } = useFault(twin);
  const ends = [link.from, link.to] as const;
  const name = `${link.from} to ${link.to}`;
  const isBroken = link.cut || link.delayMs > 0;
  return (
    <div className="link-faults">
      {isBroken ? (
        <Button
          size="small"
          variant="primary"
          aria-label={`Heal ${name}`}
          isBusy={pending === 'heal'}
          onClick={() => inject({ link: ends, kind: 'heal' })}
        >
          Heal
        </Button>
      ) : (
        <Button
          size="small"
          variant="danger"
          aria-label={`Cut ${name}`}
          isBusy={pending === 'cut'}
          onClick={() => inject({ link: ends, kind: 'cut' })}
        >
          Cut
        </Button>
      )}
      <Disclosure summary="Delay" label={`Delay ${name}`}>
        <AmountForm
          label="Later by"
          act={`delay ${name}`}
          range={DELAY}
          suggested={3_000}
          isBusy={pending === 'delay'}
          onApply={(delayMs) => inject({ link: ends, kind: 'delay', delayMs })}
        />
      </Disclosure>
      {error !== null && <ErrorState title={error} />}
    </div>
  );
}
