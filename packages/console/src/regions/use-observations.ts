import { useState } from 'react';
import { usePlatform } from '../platform/platform-context.tsx';
import { usePoll } from '../ui/use-poll.ts';
import { type ObservedHealth, type ObservedRoute, observeHealth, observeRoute } from './observed-health.ts';

/** What this page found out by asking the regions itself. */
export interface Observations {
  /** By region; one that was not asked yet is not there. */
  readonly health: ReadonlyMap<string, ObservedHealth>;
  readonly route: ObservedRoute | null;
}

const EVERY_MS = 10_000;

/** Asks every region for its health, and follows the global name, every ten seconds; only where no twin says it all. */
export function useObservations(): Observations {
  const { outputs, regions, twin } = usePlatform();
  const [observations, setObservations] = useState<Observations>({ health: new Map(), route: null });
  const observe = async (signal: AbortSignal): Promise<void> => {
    const [health, route] = await Promise.all([
      Promise.all(regions.map((place) => observeHealth(place, signal))),
      outputs.global === null ? null : observeRoute(outputs.global, signal),
    ]);
    setObservations({ health: new Map(health.map((one) => [one.region, one])), route });
  };
  usePoll(observe, { everyMs: EVERY_MS, isEnabled: twin === null });
  return observations;
}
