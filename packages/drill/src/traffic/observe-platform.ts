import { setTimeout as pause } from 'node:timers/promises';
import type { DrilledPlatform } from './target-platform.ts';
import type { TrafficRecording } from './traffic-recording.ts';

/** Looks that go on until they are ended. */
export interface Observer {
  /** Rejects when the platform cannot be looked at any more; never resolves. */
  readonly failure: Promise<never>;
  end(): Promise<void>;
}

/** Looks at the platform again and again, and records what has changed. */
export function observePlatform(
  recording: TrafficRecording,
  {
    platform,
    signal,
    onLook = () => undefined,
  }: { platform: DrilledPlatform; signal: AbortSignal; onLook?: () => void },
): Observer {
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const looking = (async () => {
    for (;;) {
      recording.addSighting(await platform.look(stopped), platform.regionOf);
      onLook();
      await pause(platform.lookIntervalMs, undefined, { signal: stopped });
    }
  })();
  const failure = looking.then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => {
      // Ended on purpose: that is for whoever ended it to tell.
      if (stop.signal.aborted) return new Promise<never>(() => undefined);
      throw error;
    },
  );
  // Whoever waits for it hears of it; until somebody does, it has not gone unnoticed.
  failure.catch(() => undefined);
  return {
    failure,
    async end() {
      stop.abort();
      await looking.catch(() => undefined);
    },
  };
}
