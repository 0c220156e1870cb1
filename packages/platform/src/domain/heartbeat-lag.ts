import { type Clock, pause, type RandomInteger, withTimeout } from './clock.ts';
import { type HeartbeatStore, shows } from './heartbeat.ts';
import { PlatformError } from './platform-error.ts';

/** What measuring the lag toward one peer needs. */
export interface HeartbeatLagOptions {
  /** Heartbeats in the peer's replica, not in this region's. */
  readonly peer: Pick<HeartbeatStore, 'read'>;
  /** This region. */
  readonly region: string;
  /** Sequence of the heartbeat that was just written here. */
  readonly sequence: number;
  readonly clock: Clock;
  /** Milliseconds from any fixed moment, of a clock that never steps. */
  readonly monotonicMs: () => number;
  readonly random: RandomInteger;
  /** Longest time for all polls together. */
  readonly timeoutMs: number;
}

/** Bounds of the wait between two polls; drawn anew each time, so that the regions' polls do not fall into step. */
const pollPauseMs = { min: 50, max: 100 };

/**
 * Measures how long a write of this region takes to be seen in a peer's replica, in milliseconds from this call, which
 * is to follow the write's acknowledgement at once.
 *
 * One clock times both ends, this region's. The two ways that need no call to a peer do not tell the same: two clocks
 * differ by what may be more than the lag, and a stream adds its own delay. The time that is told is the middle of the
 * poll that saw the write, as the peer's replica was read somewhere between its request and its answer:
 *
 *     here   acknowledged ── poll 1 ─┐     ┌─> no ─ pause ─ poll 2 ─┐     ┌─> yes
 *     peer                           └read─┘                        └read─┘
 *            |<───────────────────────── lag ──────────────────────────>|
 *
 * It is wrong by at most half a round trip, and it is too long by up to a pause and a round trip, in which the write may
 * have become visible unseen.
 *
 * A poll that fails for now is followed by the next; any other failure ends the measurement.
 *
 * @throws PlatformError `table-timeout` when the write was not seen in time, with the latest failed poll as its cause, or
 * what a poll threw that no later one would do better.
 */
export async function measureHeartbeatLag(options: HeartbeatLagOptions): Promise<number> {
  const { clock, monotonicMs, timeoutMs } = options;
  const startedAtMs = monotonicMs();
  let failure: unknown;
  const record = (error: unknown) => {
    failure = error;
  };
  const act = "see the heartbeat in the peer's replica";
  const limit = { clock, timeoutMs, act, cause: () => failure };
  const seenAtMs = await withTimeout(limit, (signal) => pollUntilSeen(options, { signal, record }));
  return seenAtMs - startedAtMs;
}

async function pollUntilSeen(
  options: HeartbeatLagOptions,
  { signal, record }: { readonly signal: AbortSignal; readonly record: (failure: unknown) => void },
): Promise<number> {
  const { peer, region, sequence, clock, monotonicMs, random } = options;
  for (;;) {
    const askedAtMs = monotonicMs();
    try {
      const seen = await peer.read(region, { signal });
      if (shows(seen, sequence)) return (askedAtMs + monotonicMs()) / 2;
    } catch (error) {
      // What is no matter of the table's moment, as a missing permission, does not pass within seconds.
      if (!(error instanceof PlatformError)) throw error;
      // Ended by the deadline itself: that is no news about the peer.
      if (!signal.aborted) record(error);
    }
    await pause(clock, pollPauseMs.min + random(pollPauseMs.max - pollPauseMs.min + 1));
    // Nobody waits any more: the race is lost, and polling on would outlive the run.
    signal.throwIfAborted();
  }
}
