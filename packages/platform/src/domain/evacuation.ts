import type { ItemKey } from '../contract/item.ts';
import { limits } from '../contract/limits.ts';
import type { StoreCallOptions } from './item-store.ts';

/** What every entry of the trail tells. */
interface TrailEntry {
  readonly id: string;
  /** Region that is taken out of service, or put back. */
  readonly target: string;
  /** Who asked for it: an ARN. */
  readonly by: string;
  /** Region that was asked. */
  readonly askedIn: string;
  /** When, in milliseconds since 1970: later than every entry that the region knew. */
  readonly atMs: number;
}

/** An evacuation: an entry of the trail that takes a region out of service. A renewal is one of its own. */
export interface Evacuation extends TrailEntry {
  readonly act: 'evacuate';
  readonly reason: string;
  /** Since when, in milliseconds since 1970: its place in the order. A renewal keeps it, for {@link placeKeptMs}. */
  readonly issuedAtMs: number;
  /** When it ends by itself, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /**
   * What the region that was asked knew to be over, by region: its evacuations up to this time. It has each region that
   * was in service for it, and the target, whose former evacuations this one replaces. Absent in entries of versions up
   * to 0.2, which are never void.
   */
  readonly over?: Readonly<Record<string, number>>;
}

/** The end of a region's evacuations: an entry of the trail that puts it back into service. */
export interface Restoration extends TrailEntry {
  readonly act: 'restore';
}

/** One entry of the trail of evacuations. It is never changed, and what is in force follows from the entries alone. */
export type EvacuationEntry = Evacuation | Restoration;

const dayMs = limits.evacuationSecondsMax * 1000;

/** By how much the clocks of two regions may differ. */
const clockSkewMaxMs = 10 * 60_000;

/** How long renewals keep the place of an evacuation: then it gets a new one, so that no old entry matters for ever. */
export const placeKeptMs = 6 * dayMs;

/**
 * How far back entries matter. What is in force was written within a day, is at most a day older than `placeKeptMs` by
 * its place, and what makes it void was written at most a day before that place.
 */
export const evacuationWindowMs = placeKeptMs + 3 * dayMs;

/**
 * Tells which evacuations are in force, by the region that each takes out of service; of several of one region the one
 * that lasts longest. Not in force is what has expired, what a later entry has ended or replaced, and what is void.
 *
 * **Void** is an evacuation for which, by older ones that it did not know to be over, no other region was left. Each
 * region refuses to evacuate the last one, but by what its own replica holds:
 *
 *     eu-west-1      evacuates eu-central-1 at 10:00:01, 30 min --.      .--> holds both: its own is older, so
 *     eu-central-1   evacuates eu-west-1 at 10:00:02, 24 h ---.    \    /     eu-central-1 goes out, eu-west-1 stays
 *     replication    ........ cut ............................|.....|..|....> holds both: says the same
 *     later          eu-central-1 is restored, or the 30 min are over          both are in service
 *
 * **Void is final.** Whether an evacuation is void follows from older evacuations, which nobody changes, and from what
 * it knew itself; neither a restoration nor the time enters. Older ones count although they have ended since, or are void
 * themselves. So in every replica, in whichever order entries arrive: what was void stays so, and a region goes out
 * only when an evacuation of it arrives. No restoration and no expiry takes a region out.
 *
 * **A region stays.** Were all out, take the evacuation with the latest place: it is not void, so it knew the one of
 * some other region to be over. Then that one is over here too, and the region is not out.
 *
 * While they are cut each of the two serves, and tells health checks that the other is evacuated. Route 53 then finds
 * every record unhealthy, and answers as if all were healthy.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-problems.html
 *
 * @param entries - what a replica holds of the last {@link evacuationWindowMs}, in any order; evacuations of regions
 *   outside `regions` count for nothing
 * @param regions - every region of the stage
 */
export function evacuationsInForce(
  entries: readonly EvacuationEntry[],
  { regions, nowMs }: { readonly regions: readonly string[]; readonly nowMs: number },
): ReadonlyMap<string, Evacuation> {
  const evacuations = entries.filter(isEvacuation);
  const over = overAt(entries);
  const inForce = new Map<string, Evacuation>();
  for (const evacuation of evacuations) {
    const { target, atMs, expiresAtMs } = evacuation;
    const isDue = regions.includes(target) && expiresAtMs > nowMs && atMs > (over.get(target) ?? 0);
    if (!isDue || isVoid(evacuation, evacuations, regions)) continue;
    const other = inForce.get(target);
    if (other === undefined || compareExpiry(evacuation, other) > 0) inForce.set(target, evacuation);
  }
  // Only clocks that differ by more than is allowed for let it come to this, and entries of versions up to 0.2.
  const [latest] = [...inForce.values()].sort((a, b) => comparePlace(b, a));
  if (latest !== undefined && inForce.size === regions.length) inForce.delete(latest.target);
  return inForce;
}

/** Tells whether an entry of the trail is an evacuation. */
export function isEvacuation(entry: EvacuationEntry): entry is Evacuation {
  return entry.act === 'evacuate';
}

/** Up to when each region's evacuations are over: by restorations, and by what later evacuations knew. */
function overAt(entries: readonly EvacuationEntry[]): ReadonlyMap<string, number> {
  const over = new Map<string, number>();
  const raise = (region: string, atMs: number) => over.set(region, Math.max(atMs, over.get(region) ?? 0));
  for (const entry of entries) {
    if (entry.act === 'restore') raise(entry.target, entry.atMs);
    else for (const [region, atMs] of Object.entries(entry.over ?? {})) raise(region, atMs);
  }
  return over;
}

function isVoid(
  evacuation: Evacuation,
  evacuations: readonly Evacuation[],
  regions: readonly string[],
): boolean {
  const { target, issuedAtMs, over } = evacuation;
  if (over === undefined) return false;
  const others = regions.filter((region) => region !== target);
  return others.every((region) =>
    evacuations.some(
      (older) =>
        older.target === region &&
        comparePlace(older, evacuation) < 0 &&
        older.atMs > (over[region] ?? 0) &&
        older.expiresAtMs + clockSkewMaxMs > issuedAtMs,
    ),
  );
}

// By code units: a locale's order is a matter of configuration, and every region has to find the same one.
function comparePlace(a: Evacuation, b: Evacuation): number {
  if (a.issuedAtMs !== b.issuedAtMs) return a.issuedAtMs - b.issuedAtMs;
  return a.target < b.target ? -1 : Number(a.target > b.target);
}

function compareExpiry(a: Evacuation, b: Evacuation): number {
  if (a.expiresAtMs !== b.expiresAtMs) return a.expiresAtMs - b.expiresAtMs;
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** Options of a read of evacuations. */
export interface EvacuationReadOptions extends StoreCallOptions {
  /**
   * Whether the read has to see every write that was acknowledged. Of a strongly consistent table only such a read asks
   * other regions, so that whoever judges this region alone has to go without.
   */
  readonly isConsistent: boolean;
}

/** What a read of the newest entries found. */
export interface EvacuationTrail {
  readonly entries: readonly EvacuationEntry[];
  /** Keys of records among them that are none. */
  readonly unreadable: readonly ItemKey[];
}

/**
 * The trail of evacuations that one region's replica holds. Methods throw a `PlatformError` as those of the item store
 * do. Entries are added, never changed: regions that write at the same time do not overwrite one another.
 */
export interface EvacuationStore {
  /** Reads the entries of the last {@link evacuationWindowMs}, in any order. */
  read(options: EvacuationReadOptions): Promise<readonly EvacuationEntry[]>;
  /** Adds an entry. */
  add(entry: EvacuationEntry, options?: StoreCallOptions): Promise<void>;
  /** Reads the newest `limit` entries, newest first, without those that are over. */
  readTrail(limit: number, options?: StoreCallOptions): Promise<EvacuationTrail>;
}
