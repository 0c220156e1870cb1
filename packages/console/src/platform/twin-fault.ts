/** A fault of one region, as the twin's control API takes it. Times in milliseconds, shares from 0 to 1. */
export type RegionFault =
  | { readonly region: string; readonly kind: 'stop' | 'kill' | 'start' | 'heal' }
  | { readonly region: string; readonly kind: 'clock'; readonly offsetMs: number }
  | { readonly region: string; readonly kind: 'slow'; readonly delayMs: number }
  | { readonly region: string; readonly kind: 'error' | 'throttle'; readonly share: number };

/** A fault of one direction of a replication link, from the first region to the second. */
export type LinkFault =
  | { readonly link: readonly [from: string, to: string]; readonly kind: 'cut' | 'heal' }
  | {
      readonly link: readonly [from: string, to: string];
      readonly kind: 'delay';
      readonly delayMs: number;
    };

/** What can be broken in a twin, or healed: the body of `POST /_twin/faults`. */
export type Fault = RegionFault | LinkFault;
