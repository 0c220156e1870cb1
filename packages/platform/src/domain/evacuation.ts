import type { StoreCallOptions } from './item-store.ts';

/** The evacuation of one region: the last one, in force or not. There is at most one for each region. */
export interface Evacuation {
  /** Region that is to get no traffic. */
  readonly target: string;
  readonly reason: string;
  /** Who asked for it: an ARN. */
  readonly issuedBy: string;
  /** Region that was asked. */
  readonly issuedIn: string;
  /** Since when, in milliseconds since 1970: its place in the order. A renewal keeps it. */
  readonly issuedAtMs: number;
  /** When it ends by itself, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** Present when somebody has ended it. */
  readonly ended?: { readonly by: string; readonly atMs: number };
}

/** One entry of the audit trail of evacuations. */
export interface EvacuationAuditEntry {
  readonly id: string;
  readonly act: 'evacuate' | 'restore';
  readonly target: string;
  /** Who asked for it: an ARN. */
  readonly by: string;
  /** Region that was asked. */
  readonly askedIn: string;
  readonly atMs: number;
  /** Of an evacuation only. */
  readonly reason?: string;
  /** Of an evacuation only: when it was to end by itself. */
  readonly expiresAtMs?: number;
}

/**
 * Tells which evacuations are in force at a time, by the region that each takes out of service. Those that have
 * expired, or were ended, are not. The others are applied in the order in which they were issued, those of the same
 * millisecond by their region's name, and one that would leave no region in service is void. So whatever the records,
 * in whichever order they are read, a region stays; and regions that hold the same records decide alike.
 *
 * Each region refuses to evacuate the last one, but by what its own replica holds. The race that only this rule ends:
 *
 *     eu-west-1      evacuates eu-central-1 at 10:00:01 --.      .--> holds both: its own is older, so it stays in
 *     eu-central-1   evacuates eu-west-1 at 10:00:02 -.    \    /     service and eu-central-1 goes out
 *     replication    ........ cut ....................|.....|..|.....> holds both: says the same
 *
 * While it is cut each of them serves, and tells health checks that the other is evacuated. Route 53 then finds every
 * record unhealthy, and answers as if all were healthy.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
 *
 * @param evacuations - what a replica holds, in any order; regions outside `regions` count for nothing
 * @param regions - every region of the stage
 */
export function evacuationsInForce(
  evacuations: readonly Evacuation[],
  { regions, nowMs }: { readonly regions: readonly string[]; readonly nowMs: number },
): ReadonlyMap<string, Evacuation> {
  const inForce = new Map<string, Evacuation>();
  const due = evacuations.filter(
    (evacuation) =>
      regions.includes(evacuation.target) && evacuation.ended === undefined && evacuation.expiresAtMs > nowMs,
  );
  for (const evacuation of due.sort(compareIssue)) {
    const { target } = evacuation;
    const isSomeoneLeft = regions.some((region) => region !== target && !inForce.has(region));
    if (isSomeoneLeft) inForce.set(target, evacuation);
  }
  return inForce;
}

// By code units: a locale's order is a matter of configuration, and every region has to find the same one.
function compareIssue(a: Evacuation, b: Evacuation): number {
  if (a.issuedAtMs !== b.issuedAtMs) return a.issuedAtMs - b.issuedAtMs;
  return a.target < b.target ? -1 : Number(a.target > b.target);
}

/** Options of a read of evacuations. */
export interface EvacuationReadOptions extends StoreCallOptions {
  /**
   * Whether the read has to see every write that was acknowledged. Of a strongly consistent table only such a read asks
   * other regions, so that whoever judges this region alone has to go without.
   */
  readonly isConsistent: boolean;
}

/**
 * The evacuations that one region's replica holds. Methods throw a `PlatformError` as those of the item store do.
 * Nothing here is conditional: a condition would hold in one region only, and between regions the last writer wins.
 */
export interface EvacuationStore {
  /** Reads the last evacuation of each region, in any order. */
  read(options: EvacuationReadOptions): Promise<readonly Evacuation[]>;
  /** Keeps an evacuation in place of the former one of that region. */
  keep(evacuation: Evacuation, options?: StoreCallOptions): Promise<void>;
  /** Adds an entry to the audit trail. */
  audit(entry: EvacuationAuditEntry, options?: StoreCallOptions): Promise<void>;
  /** Reads the newest `limit` entries of the audit trail, newest first, without those that are over. */
  readAudit(limit: number, options?: StoreCallOptions): Promise<readonly EvacuationAuditEntry[]>;
}
