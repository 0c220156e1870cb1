import type { EvacuationMonitor } from './evacuation-monitor.ts';

/** Tells at once, from memory, whether the region is evacuated, as far as it knows. */
export type EvacuationGlance = () => boolean;

/**
 * Makes a glance at what a monitor knows of one region. A glance never waits: it answers with what is known and has the
 * monitor look again, so that no request takes longer for it. A request that glances when it comes and when it is
 * answered mostly tells the present state:
 *
 * ```
 * request    glance ---- its own work with the table ---- glance
 * monitor      read ------ known                            ^ fresh
 * ```
 *
 * Nothing known, as after a cold start, is not the same as an evacuation.
 */
export function createEvacuationGlance(monitor: EvacuationMonitor, region: string): EvacuationGlance {
  let isEvacuated = false;
  const look = async () => {
    const { inForce } = await monitor();
    if (inForce !== undefined) isEvacuated = inForce.has(region);
  };
  return () => {
    // A monitor never fails, and bounds its reads itself.
    void look();
    return isEvacuated;
  };
}
