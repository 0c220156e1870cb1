import type { Clock } from './clock.ts';

/** Whether a region says that it is out of service, and when to look whether that has ended. */
export interface EvacuationWatch {
  readonly isEvacuated: boolean;
  /** Whether it is time to look. */
  readonly isProbeDue: boolean;
  /** A request that looks is sent: the next is due an interval later, whatever becomes of this one. */
  probeSent(): void;
  /** An answer says how it stands; it says so of the moment at which it was asked for. */
  note(isEvacuated: boolean, sentAtMs: number): void;
}

/**
 * Makes the watch of a region that is in service.
 *
 * @param probeIntervalMs - gives the wait before the next look
 */
export function createEvacuationWatch({
  clock,
  probeIntervalMs,
}: {
  readonly clock: Clock;
  readonly probeIntervalMs: () => number;
}): EvacuationWatch {
  let isEvacuated = false;
  let changedAtMs = Number.NEGATIVE_INFINITY;
  let probeAtMs = 0;

  function scheduleProbe(): void {
    probeAtMs = clock.nowMs() + probeIntervalMs();
  }

  return {
    get isEvacuated() {
      return isEvacuated;
    },
    get isProbeDue() {
      return isEvacuated && clock.nowMs() >= probeAtMs;
    },
    probeSent: scheduleProbe,
    note(isNowEvacuated, sentAtMs) {
      // Answers overtake each other:
      //
      //     request A ─────────────────────────> in service (slow)
      //               evacuated
      //       request B ───────────> evacuated
      //
      // A was asked for before B told of the change, so it does not undo it.
      if (sentAtMs < changedAtMs) return;
      if (isNowEvacuated) scheduleProbe();
      if (isNowEvacuated === isEvacuated) return;
      isEvacuated = isNowEvacuated;
      changedAtMs = clock.nowMs();
    },
  };
}
