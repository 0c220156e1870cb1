import type { RegionView } from '@gsp/client';
import { useEffect, useState } from 'react';
import { usePoll } from '../ui/use-poll.ts';
import { usePlatform } from './platform-context.tsx';

const EVERY_MS = 500;

/** The client's regions as it sees them, twice a second, and at once when traffic moves. */
export function useClientRegions(): readonly RegionView[] {
  const { client } = usePlatform();
  const [regions, setRegions] = useState(() => client.regions());
  const look = (): void => {
    const seen = client.regions();
    setRegions((known) => (JSON.stringify(known) === JSON.stringify(seen) ? known : seen));
  };
  usePoll(async () => look(), { everyMs: EVERY_MS });
  useEffect(() => {
    const seeNow = (): void => setRegions(client.regions());
    const stops = [client.on('failover', seeNow), client.on('recovered', seeNow)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client]);
  return regions;
}
