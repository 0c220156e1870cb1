import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { TrafficClient } from './traffic-client.ts';

/** Requests of one client in a real second. With eight clients of DNS 32 a second come to the platform, and 16 with four of the library. */
const REQUESTS_PER_SECOND = 4;

/** Traffic that goes on until it is ended. */
export interface DrivenTraffic {
  /** Begins no more requests, and resolves when the last one is answered. */
  end(): Promise<void>;
  /** How late the latest beat was, in milliseconds: much means that this machine was too busy for its figures to count. */
  lateMsMax(): number;
}

/**
 * Lets every client begin a request at even intervals, one client after the other:
 *
 * ```
 * client 1   x . . . x . . . x
 * client 2   . x . . . x . . .
 * client 3   . . x . . . x . .
 * ```
 *
 * A beat that is late, since this machine was busy, is not made up for: the platform is not to be blamed for a burst.
 */
export function driveTraffic(
  clients: readonly TrafficClient[],
  { signal }: { signal: AbortSignal },
): DrivenTraffic {
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  // Every client listens while it waits for its beat.
  setMaxListeners(0, stopped);
  const periodMs = 1_000 / REQUESTS_PER_SECOND;
  const startedAt = performance.now();
  let lateMsMax = 0;
  const drive = async (client: TrafficClient, index: number) => {
    let dueAt = startedAt + (index / clients.length) * periodMs;
    for (;;) {
      await pause(Math.max(0, dueAt - performance.now()), undefined, { signal: stopped });
      lateMsMax = Math.max(lateMsMax, performance.now() - dueAt);
      client.tick();
      dueAt = Math.max(dueAt + periodMs, performance.now());
    }
  };
  const driving = Promise.allSettled(clients.map(drive));
  return {
    lateMsMax: () => lateMsMax,
    async end() {
      stop.abort();
      await driving;
      await Promise.all(clients.map((client) => client.idle()));
    },
  };
}
