import type { Experiments } from '@gsp/operator/fault-injection';
import type { DrillFault } from '../drill-fault.ts';
import type { Progress, TargetRegion } from '../target-twin.ts';

/** An answer of DNS for the global name. */
export interface ResolvedName {
  readonly addresses: readonly string[];
  /** As answered: seconds of this machine's clock, whatever the time scale is. */
  readonly ttlSeconds: number;
}

/** A health check as it stands. */
export interface CheckSighting {
  readonly name: string;
  readonly kind: 'endpoint' | 'calculated';
  readonly inverted: boolean;
  readonly isHealthy: boolean;
  /** Whether every checker has asked: before, Route 53 takes a check for healthy, and an inverted one for unhealthy. */
  readonly hasData: boolean;
  /** Since when, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** When any of its checkers last began to ask or was answered, in milliseconds since the epoch; null before. */
  readonly askedAtMs: number | null;
}

/** One look at what stands in front of the regions. */
export interface PlatformSighting {
  /** Empty where only Route 53's control plane could tell. */
  readonly checks: readonly CheckSighting[];
  /** Null when DNS did not answer. */
  readonly answer: ResolvedName | null;
  /** Records that wait to be replicated over all links; null where nobody tells. */
  readonly backlog: number | null;
}

/** How fast Route 53 acts by the definition that is running, in model seconds. */
export interface CheckTiming {
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
}

/** The names of the checks that decide about one region. */
export interface RegionChecks {
  /** The check of the region's records of the global name. */
  readonly verdict: string;
  /** The check that asks the region's own `/health`. */
  readonly endpoint: string;
}

/** A running platform, a twin or a deployed one, as drills need it. */
export interface TargetPlatform {
  /** For the report. */
  readonly target: string;
  /** How many times faster health checks and times to live pass than on AWS; 1 in the cloud. */
  readonly timeScale: number;
  /** In topology order. */
  readonly regions: readonly TargetRegion[];
  /** Region that DNS answers with while all are healthy; null where the policy has none. */
  readonly primary: string | null;
  readonly globalName: string;
  readonly protocol: 'http' | 'https';
  /** Whether checks and backlogs can be seen, and faults injected. */
  readonly isTwin: boolean;
  /** Where something listens for an address of the global name. */
  connectTo(address: string): { readonly host: string; readonly port: number };
  readonly timing: CheckTiming;
  /** How long a checker waits for an answer, in real seconds. */
  readonly checkerTimeoutSeconds: number;
  /** Checks by region; empty where they cannot be seen. */
  readonly checksOf: ReadonlyMap<string, RegionChecks>;
  /** Between two looks, in real milliseconds. */
  readonly lookIntervalMs: number;
  /** @throws {CommandError} when DNS gives no usable answer */
  resolve(signal: AbortSignal): Promise<ResolvedName>;
  /** Region behind an address of the global name; null where an address does not tell. */
  regionOf(address: string): string | null;
  /** One look, bounded. @throws {CommandError} when the platform cannot be looked at any more */
  look(signal: AbortSignal): Promise<PlatformSighting>;
  /** Null where faults cannot be injected. */
  readonly inject: ((fault: DrillFault) => Promise<void>) | null;
  /** What AWS breaks where faults cannot be injected otherwise. @default - nothing */
  readonly experiments?: Experiments;
  /** Asks a peer to note that the region is evacuated; resolves when that is acknowledged. */
  evacuate(region: string, signal: AbortSignal): Promise<void>;
  /** Takes an evacuation back. */
  restore(region: string, signal: AbortSignal): Promise<void>;
  /** Takes everything back that the drill did. */
  restoreAll(): Promise<void>;
  /** Undefined where nobody tells. */
  progress(): Promise<Progress | undefined>;
}
