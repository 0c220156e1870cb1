import type { Clock, IdGenerator } from './clock.ts';
import {
  type Evacuation,
  type EvacuationAuditEntry,
  type EvacuationStore,
  evacuationsInForce,
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
  /** Makes the ids of audit entries. */
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

/** What a region knows of evacuations, for an operator. */
export interface EvacuationList {
  /** The last evacuation of each region, by region. */
  readonly evacuations: readonly (Evacuation & { readonly inForce: boolean })[];
  /** Newest first. */
  readonly audit: readonly EvacuationAuditEntry[];
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
  /** Reads what this region holds, with at most `auditLimit` entries of the audit trail. */
  list(auditLimit: number, options?: StoreCallOptions): Promise<EvacuationList>;
}

/**
 * Makes the evacuator of one region. It evacuates peers only, and only while it can carry their traffic itself: so the
 * last region in service, which is then the one that is asked, cannot be taken out. What regions do that cannot see
 * each other is for {@link evacuationsInForce}.
 *
 * Each act enters the audit trail before it takes effect: an entry without effect harms nobody, an effect without an
 * entry does.
 *
 *     evacuator   audit ... crash          an entry, no effect
 *     evacuator   audit, keep ... crash    both; the operator has no answer and finds the entry
 */
export function createRegionEvacuator(options: RegionEvacuatorOptions): RegionEvacuator {
  const { store, monitor, region, regions, clock, newId } = options;

  const read = async (call: StoreCallOptions) => {
    const evacuations = await store.read({ ...call, isConsistent: true });
    return { evacuations, inForce: evacuationsInForce(evacuations, { regions, nowMs: clock.nowMs() }) };
  };
  const entry = ({ target, by }: EvacuationAct, act: EvacuationAuditEntry['act'], atMs: number) => ({
    id: newId(),
    act,
    target,
    by,
    askedIn: region,
    atMs,
  });

  return {
    evacuate: async (order, call = {}) => {
      const { target, by, reason, expiresInSeconds } = order;
      refuseUnknown('evacuate', target, regions);
      refuseOwn(target, region);
      refuseUnhealthy(target, region, await monitor());
      const { inForce } = await read(call);
      refuseEvacuated(target, region, inForce);
      const nowMs = clock.nowMs();
      const expiresAtMs = nowMs + expiresInSeconds * 1000;
      await store.audit({ ...entry(order, 'evacuate', nowMs), reason, expiresAtMs }, call);
      const issuedAtMs = inForce.get(target)?.issuedAtMs ?? nowMs;
      const evacuation = { target, reason, issuedBy: by, issuedIn: region, issuedAtMs, expiresAtMs };
      await store.keep(evacuation, call);
      return evacuation;
    },
    restore: async (act, call = {}) => {
      const { target, by } = act;
      refuseUnknown('restore', target, regions);
      const { evacuations } = await read(call);
      const atMs = clock.nowMs();
      await store.audit(entry(act, 'restore', atMs), call);
      const last = evacuations.find((each) => each.target === target) ?? unseen(act, region, atMs);
      await store.keep({ ...last, ended: { by, atMs } }, call);
    },
    list: async (auditLimit, call = {}) => {
      const [{ evacuations, inForce }, audit] = await Promise.all([
        read(call),
        store.readAudit(auditLimit, call),
      ]);
      const sorted = evacuations.toSorted((a, b) => (a.target < b.target ? -1 : 1));
      const flagged = sorted.map((each) => ({ ...each, inForce: inForce.get(each.target) === each }));
      return { evacuations: flagged, audit };
    },
  };
}

/**
 * What a restore ends that finds nothing to end. It is written all the same, and so is the end of what has ended,
 * each time anew: an evacuation that has not arrived yet is older, and loses against the last writer.
 *
 *     eu-west-1      evacuates eu-south-1 ----- delayed -----.     restore elsewhere is newer: stays ended
 *     eu-central-1        restores eu-south-1, sees nothing   '->  an ended evacuation is here, newer: it stays
 */
function unseen({ target, by }: EvacuationAct, region: string, atMs: number): Evacuation {
  const reason = 'restored where no evacuation was known';
  return { target, reason, issuedBy: by, issuedIn: region, issuedAtMs: atMs, expiresAtMs: atMs };
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
