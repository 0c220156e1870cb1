import { evacuationsInForce } from '../../src/domain/evacuation.ts';
import type { HealthMonitor } from '../../src/domain/health-monitor.ts';
import { createRegionEvacuator } from '../../src/domain/region-evacuator.ts';
import { type MemoryEvacuationStore, memoryEvacuationStore } from '../store/memory-evacuation-store.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

export const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];
export const by = 'arn:aws:iam::123456789012:user/kim';
export const order = { target: 'eu-central-1', by, reason: 'bad deployment', expiresInSeconds: 600 };
/** Why the checks of a region that is not well fail. */
export const cause = new Error('connect ECONNREFUSED');

interface EvacuatorOptions {
  readonly region?: string;
  readonly among?: readonly string[];
  readonly isWell?: boolean;
  readonly clock?: ManualClock;
  readonly store?: MemoryEvacuationStore;
}

function monitorThat(isWell: boolean): HealthMonitor {
  const causes = isWell ? [] : [cause];
  const reasons = isWell ? [] : ['table-write-timeout'];
  return async () => ({ ok: isWell, reasons, checkedAtMs: 0, latencyMs: 1, causes });
}

/** The evacuator of a region over a store in memory, which peers may share. */
export function evacuatorUnderTest(options: EvacuatorOptions = {}) {
  const { region = 'eu-west-1', among = regions, isWell = true, clock = manualClock() } = options;
  const { store = memoryEvacuationStore() } = options;
  let ids = 0;
  const newId = () => `${region}-${++ids}`;
  const evacuator = createRegionEvacuator({
    ...{ store, monitor: monitorThat(isWell), region, regions: among, clock, newId },
  });
  const read = () => store.read({ isConsistent: true });
  const inForce = async () => evacuationsInForce(await read(), { regions: among, nowMs: clock.nowMs() });
  return { clock, store, evacuator, read, inForce };
}
