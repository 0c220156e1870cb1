import type { Clock, IdGenerator } from './clock.ts';
import {
  type Evacuation,
  type EvacuationEntry,
  type EvacuationStore,
  type EvacuationTrail,
  evacuationsInForce,
  isEvacuation,
  placeKeptMs,
} from './evacuation.ts';
import type { HealthMonitor } from './health-monitor.ts';
import type { StoreCallOptions } from './item-store.ts';
import { PlatformError } from './platform-error.ts';

/** What evacuating regions needs. */
export interface RegionEvacuatorOptions {
  readonly store: EvacuationStore;
  /** Says whether this region can carry traffic: the checks that `/health` answers by. */
  readonly monitor: HealthMonitor;
  /** The region that is asked. */
  readonly region: string;
  /** Every region of the stage. */
  readonly regions: readonly string[];
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Makes the ids of entries. */
  readonly newId: IdGenerator;
}

/** Whom an act is about, and who asks for it. */
export interface EvacuationAct {
  /** Region to take out of service, or to put back. */
  readonly target: string;
  /** The operator's ARN. */
  readonly by: string;
}

/** An evacuation that is asked for. */
export interface EvacuationOrder extends EvacuationAct {
  readonly reason: string;
  readonly expiresInSeconds: number;
}

/** An evacuation as a list shows it. */
export interface ListedEvacuation extends Evacuation {
  readonly inForce: boolean;
  /** Present when somebody has ended it. */
  readonly ended?: { readonly by: string; readonly atMs: number };
}

/** What a region knows of evacuations, for an operator. */
export interface EvacuationList {
  /** The last evacuation of each region that had one lately, by region. */
  readonly evacuations: readonly ListedEvacuation[];
  /** Newest first. */
  readonly trail: EvacuationTrail;
}

/** Takes regions out of service and puts them back, as one region is asked to. */
export interface RegionEvacuator {
  /**
   * Evacuates another region, or sets reason and expiry of its evacuation anew.
   *
   * @returns the evacuation, in force as this region sees it
   * @throws PlatformError `unknown-region`; `evacuation-refused` when this region is to evacuate itself, is evacuated,
   *   or cannot carry traffic; and those of the store.
   */
  evacuate(order: EvacuationOrder, options?: StoreCallOptions): Promise<Evacuation>;
  /**
   * Ends a region's evacuation, this region's own included, and one that has not reached this region yet. Does no harm
   * when there is none.
   *
   * @throws PlatformError `unknown-region`, and those of the store.
   */
  restore(act: EvacuationAct, options?: StoreCallOptions): Promise<void>;
  /** Reads what this region holds, with at most `trailLimit` entries of the trail. */
  list(trailLimit: number, options?: StoreCallOptions): Promise<EvacuationList>;
}

/**
 * Makes the evacuator of one region. It evacuates peers only, and only while it can carry their traffic itself: so the
 * last region in service, which is then the one that is asked, cannot be taken out. What regions do that cannot see
 * each other is for {@link evacuationsInForce}.
 *
 * An act is one entry of the trail: who did it is told by the record that does it, and a crash leaves both or neither.
 */
export function createRegionEvacuator(options: RegionEvacuatorOptions): RegionEvacuator {
  const { store, monitor, region, regions, clock, newId } = options;

  const read = async (call: StoreCallOptions) => {
    const entries = await store.read({ ...call, isConsistent: true });
    return { entries, inForce: evacuationsInForce(entries, { regions, nowMs: clock.nowMs() }) };
  };
  const entryOf = ({ target, by }: EvacuationAct, entries: readonly EvacuationEntry[]) => ({
    id: newId(),
    target,
    by,
    askedIn: region,
    // Later than all that is known, whatever the clocks: what this entry ends or replaces is before it.
    atMs: Math.max(clock.nowMs(), 1 + latestMs(entries)),
  });

  return {
    evacuate: async (order, call = {}) => {
      const { target, reason, expiresInSeconds } = order;
      refuseUnknown('evacuate', target, regions);
      refuseOwn(target, region);
      refuseUnhealthy(target, region, await monitor());
      const { entries, inForce } = await read(call);
      refuseEvacuated(target, region, inForce);
      const entry = entryOf(order, entries);
      const placeMs = inForce.get(target)?.issuedAtMs ?? entry.atMs;
      const inService = regions.filter((each) => each === target || !inForce.has(each));
      const evacuation: Evacuation = {
        ...entry,
        act: 'evacuate',
        reason,
        issuedAtMs: entry.atMs - placeMs < placeKeptMs ? placeMs : entry.atMs,
        expiresAtMs: clock.nowMs() + expiresInSeconds * 1000,
        over: knownToBeOver(entries, inService),
      };
      await store.add(evacuation, call);
      return evacuation;
    },
    restore: async (act, call = {}) => {
      refuseUnknown('restore', act.target, regions);
      const { entries } = await read(call);
      // Always, and with no look at what is in force: an evacuation that has not arrived yet is before it.
      await store.add({ ...entryOf(act, entries), act: 'restore' }, call);
    },
    list: async (trailLimit, call = {}) => {
      const [{ entries, inForce }, trail] = await Promise.all([
        read(call),
        store.readTrail(trailLimit, call),
      ]);
      const evacuations = regions.toSorted().flatMap((target) => {
        const shown = inForce.get(target) ?? latest(entries.filter(isEvacuation), target);
        return shown === undefined ? [] : [listed(shown, entries, inForce.has(target))];
      });
      return { evacuations, trail };
    },
  };
}

function latestMs(entries: readonly EvacuationEntry[]): number {
  return entries.reduce((latest, { atMs }) => Math.max(latest, atMs), 0);
}

function latest<T extends EvacuationEntry>(entries: readonly T[], target: string): T | undefined {
  const ofTarget = entries.filter((entry) => entry.target === target);
  return ofTarget.toSorted((a, b) => b.atMs - a.atMs)[0];
}

/** The time of the last evacuation that is known of each of these regions. */
function knownToBeOver(
  entries: readonly EvacuationEntry[],
  regions: readonly string[],
): Readonly<Record<string, number>> {
  const evacuations = entries.filter(isEvacuation);
  const times = regions.map((region) => [region, latest(evacuations, region)?.atMs] as const);
  return Object.fromEntries(times.filter((time): time is [string, number] => time[1] !== undefined));
}

function listed(
  evacuation: Evacuation,
  entries: readonly EvacuationEntry[],
  inForce: boolean,
): ListedEvacuation {
  const { target, atMs } = evacuation;
  const [end] = entries
    .filter((entry) => entry.act === 'restore' && entry.target === target && entry.atMs >= atMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  return {
    ...evacuation,
    inForce,
    ...(inForce || end === undefined ? {} : { ended: { by: end.by, atMs: end.atMs } }),
  };
}

function refuseUnknown(act: 'evacuate' | 'restore', target: string, regions: readonly string[]): void {
  if (regions.includes(target)) return;
  throw new PlatformError(
    'unknown-region',
    `Cannot ${act} ${target.slice(0, 64)}: the stage has ${regions.join(', ')}, one of these is needed`,
  );
}

// Whoever can ask a region can ask its peer; and if no peer answers, this is the last region in service.
function refuseOwn(target: string, region: string): void {
  if (target === region)
    refuse(target, `${region} was asked itself, another region in service is needed to take its traffic`);
}

function refuseEvacuated(target: string, region: string, inForce: ReadonlyMap<string, Evacuation>): void {
  const own = inForce.get(region);
  if (own === undefined) return;
  const until = new Date(own.expiresAtMs).toISOString();
  refuse(
    target,
    `${region}, which was asked, is evacuated until ${until}, a region in service is needed to take its traffic`,
  );
}

function refuseUnhealthy(
  target: string,
  region: string,
  { ok, reasons, causes }: Awaited<ReturnType<HealthMonitor>>,
): void {
  if (ok) return;
  refuse(
    target,
    `${region}, which was asked, is unhealthy (${reasons.join(', ')}), a healthy region is needed to take its traffic`,
    causes,
  );
}

function refuse(target: string, why: string, cause?: unknown): never {
  throw new PlatformError('evacuation-refused', `Cannot evacuate ${target}: ${why}`, { cause });
}
