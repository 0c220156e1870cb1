import type { PageFaults } from './page-faults.ts';
import type { Stage } from './stage.ts';

/** An item that has not arrived in a region is a 404 there, which the browser writes into its console. */
export function expectNotYetThere({ twin }: Stage, faults: PageFaults): void {
  for (const { api } of twin.ready.regions) faults.expectAt(`${api}/items/`);
}

/** A region that is killed or slow does not answer as it should; any other still has to. */
export function expectFailuresOf({ twin }: Stage, faults: PageFaults, region: string): void {
  faults.expectAt(`${twin.region(region).api}/`);
}

/** A region that is evacuated says 503 of its health, and still serves everything else. */
export function expectUnhealthy({ twin }: Stage, faults: PageFaults, region: string): void {
  faults.expectAt(`${twin.region(region).api}/health`);
}
