import { CommandError } from '@gsp/cli-kit';
import { evacuate, restore as restoreRegion } from '@gsp/client/operator';
import type { Platform } from '@gsp/operator/evacuation';
import type { TargetPlatform } from './target-platform.ts';

/** An evacuation ends by itself where a drill could not end it. */
const EVACUATION_SECONDS = 1_800;
const REASON = 'npm run drill';
const RESTORE_TIMEOUT_MS = 10_000;

/** Evacuations as an operator makes them, by signed requests to a peer. */
export interface DrillOperator extends Pick<TargetPlatform, 'evacuate' | 'restore'> {
  /** Takes back what was evacuated and not restored. */
  restoreEvacuated(): Promise<void>;
}

/** Makes and ends evacuations on a platform, and remembers which are to be taken back. */
export function drillOperator({
  regions,
  credentials,
}: Pick<Platform, 'regions' | 'credentials'>): DrillOperator {
  const evacuated = new Set<string>();
  const peerOf = (region: string) => {
    const via = regions.find((place) => place.region !== region);
    if (via !== undefined) return via;
    throw new CommandError(`Cannot evacuate ${region}: it has no peer to note it, two regions are needed.`);
  };
  const restore = async (region: string, signal: AbortSignal) => {
    await restoreRegion(region, { regions, credentials, via: peerOf(region), signal });
    evacuated.delete(region);
  };
  return {
    restore,
    async evacuate(region, signal) {
      const via = peerOf(region);
      // Noted before: an answer that is lost on the way may have been a yes.
      evacuated.add(region);
      const request = { region, reason: REASON, expiresInSeconds: EVACUATION_SECONDS };
      await evacuate(request, { regions, credentials, via, signal });
    },
    async restoreEvacuated() {
      for (const region of evacuated) await restore(region, AbortSignal.timeout(RESTORE_TIMEOUT_MS));
    },
  };
}
