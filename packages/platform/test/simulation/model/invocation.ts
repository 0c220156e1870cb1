import { PlatformError } from '../../../src/domain/platform-error.ts';
import type { CallFault } from '../scenario.ts';
import type { Dice } from './dice.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Bounds of how long a call to the table takes. */
const latencyMs = { min: 1, max: 12 } as const;

/** Time after which the SDK sends a request again. */
const repeatAfterMs = { min: 5, max: 60 } as const;

/** One run of a function, which may die at any of its calls to the table. */
export interface Invocation {
  /** Calls the table: `effect` happens there, at once or not at all. */
  call<T>(effect: () => T): Promise<T>;
}

/** What an invocation needs. */
export interface InvocationOptions {
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly fault?: CallFault | undefined;
  /** Told when the function dies. */
  readonly onCrash: () => void;
}

/** Begins an invocation. */
export function beginInvocation({ time, dice, fault, onCrash }: InvocationOptions): Invocation {
  let calls = 0;
  const call = <T>(effect: () => T): Promise<T> => {
    const failing = fault?.call === calls++ ? fault.kind : undefined;
    return new Promise((resolve, reject) => {
      const settle = (happen: () => void) => {
        happen();
        time.settled();
      };
      time.after(dice.between(latencyMs.min, latencyMs.max), () => {
        switch (failing) {
          case undefined:
            return settle(() => resolve(effect()));
          case 'refused':
            return settle(() => reject(new PlatformError('table-unavailable', 'Cannot write: simulated')));
          case 'lost-answer':
            effect();
            return settle(() => reject(new PlatformError('table-timeout', 'Cannot write: simulated')));
          case 'repeated':
            effect();
            return time.after(dice.between(repeatAfterMs.min, repeatAfterMs.max), () =>
              settle(() => resolve(effect())),
            );
          case 'crash-before':
            return onCrash();
          case 'crash-after':
            effect();
            return onCrash();
        }
      });
    });
  };
  return { call };
}
