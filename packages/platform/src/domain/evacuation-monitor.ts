import { type Clock, withTimeout } from './clock.ts';
import {
  type Evacuation,
  type EvacuationEntry,
  type EvacuationStore,
  evacuationsInForce,
} from './evacuation.ts';
import { rememberOutcome } from './remember-outcome.ts';

/** What an evacuation monitor needs. */
export interface EvacuationMonitorOptions {
  readonly store: Pick<EvacuationStore, 'read'>;
  readonly clock: Clock;
  /** Every region of the stage. */
  readonly regions: readonly string[];
  /**
   * Longest time that a read may take.
   * @default 900, as for the checks of a region, beside which it runs
   */
  readonly timeoutMs?: number;
  /**
   * Age up to which a read is used again, counted from its start.
   * @default 1000
   */
  readonly cacheMs?: number;
}

/** What a region knows of evacuations. */
export interface EvacuationKnowledge {
  /** Evacuations in force at this moment, by region; undefined as long as no read has succeeded. */
  readonly inForce: ReadonlyMap<string, Evacuation> | undefined;
  /** What the latest read threw; absent when it succeeded. */
  readonly failure?: unknown;
}

/** Tells what this region knows of evacuations. Never fails. */
export type EvacuationMonitor = () => Promise<EvacuationKnowledge>;

/**
 * Makes a monitor that answers within `timeoutMs`, and reads the replica of its own region at most once in `cacheMs`,
 * however many probes arrive. While reads fail it goes on with what it knew, each evacuation until its expiry: an
 * evacuation outlives the loss of the table that it stands in, and is over at its time although no read says so.
 *
 *     reads      ok: R until 10:30    fail    fail    fail
 *     answers    R                    R       R       nobody, from 10:30
 *
 * It asks no other region and nobody else, and having found nothing out is not the same as an evacuation: what it needs
 * can fail everywhere at once without taking a region out of service (static stability).
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html
 */
export function createEvacuationMonitor(options: EvacuationMonitorOptions): EvacuationMonitor {
  const { store, clock, regions, timeoutMs = 900, cacheMs = 1000 } = options;
  const limit = { clock, timeoutMs, act: 'read the evacuations' };
  let known: readonly EvacuationEntry[] | undefined;

  const refresh = rememberOutcome(
    async (): Promise<{ readonly failure?: unknown }> => {
      try {
        known = await withTimeout(limit, (signal) => store.read({ signal, isConsistent: false }));
        return {};
      } catch (failure) {
        return { failure };
      }
    },
    { clock, cacheMs },
  );
  return async () => {
    const outcome = await refresh();
    // By the time of the question, not of the read: an evacuation ends on time.
    const inForce = known && evacuationsInForce(known, { regions, nowMs: clock.nowMs() });
    return { inForce, ...outcome };
  };
}

/** Tells at once, from memory, whether the region is evacuated, as far as it knows. */
export type CachedEvacuationStatus = () => boolean;

/**
 * Makes what tells from memory whether one region is evacuated. It never waits: it answers with what is known and has
 * the monitor check again, so that no request takes longer for it. A request that asks when it comes and when it is
 * answered mostly hears the present state:
 *
 * ```
 * request    asks ---- its own work with the table ---- asks
 * monitor      read ------ known                         ^ fresh
 * ```
 *
 * Nothing known, as after a cold start, is not the same as an evacuation.
 */
export function cachedEvacuationStatus(monitor: EvacuationMonitor, region: string): CachedEvacuationStatus {
  let isEvacuated = false;
  const check = async () => {
    const { inForce } = await monitor();
    if (inForce !== undefined) isEvacuated = inForce.has(region);
  };
  return () => {
    // A monitor never fails, and bounds its reads itself.
    void check();
    return isEvacuated;
  };
}
