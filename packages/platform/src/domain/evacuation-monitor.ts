import type { Clock } from './clock.ts';
import { type Evacuation, evacuationsInForce } from './evacuation.ts';
import type { EvacuationStore } from './evacuation-store.ts';
import { PlatformError } from './platform-error.ts';
import { rememberOutcome } from './remember-outcome.ts';
import { untilAborted } from './until-aborted.ts';

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
  let known: readonly Evacuation[] | undefined;

  const refresh = rememberOutcome(
    async (): Promise<{ readonly failure?: unknown }> => {
      try {
        known = await boundedRead(store, clock, timeoutMs);
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

async function boundedRead(
  store: Pick<EvacuationStore, 'read'>,
  clock: Clock,
  timeoutMs: number,
): Promise<readonly Evacuation[]> {
  const abort = new AbortController();
  const stopTimer = clock.setTimer(timeoutMs, () => {
    abort.abort(
      new PlatformError('table-timeout', `Cannot read the evacuations: ${timeoutMs} ms have passed`),
    );
  });
  try {
    return await untilAborted(abort.signal, (signal) => store.read({ signal, isConsistent: false }));
  } finally {
    stopTimer();
  }
}
