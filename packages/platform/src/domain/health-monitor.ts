import { type Clock, type Timeout, withTimeout } from './clock.ts';
import { PlatformError } from './platform-error.ts';
import { rememberOutcome } from './remember-outcome.ts';

/** Something that a healthy region can do, for example write to its table. Fails when it cannot. */
export type HealthCheck = (signal: AbortSignal) => Promise<void>;

/** How a check failed. */
type HealthFailure = 'timeout' | 'throttled' | 'unavailable' | 'failed';

/** What the checks of a region found. */
interface HealthVerdict {
  readonly ok: boolean;
  /** `<check>-<how>` of every check that failed, for example `table-write-timeout`. */
  readonly reasons: readonly string[];
  /** When the checks started, in milliseconds since 1970. */
  readonly checkedAtMs: number;
  readonly latencyMs: number;
  /** What the failed checks threw; for the log only. */
  readonly causes: readonly unknown[];
}

/** What a health monitor needs. */
export interface HealthMonitorOptions {
  /** Checks by name; they run side by side. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly clock: Clock;
  /**
   * Longest time that the checks may take together; those that are not done by then have failed.
   * @default 900, which leaves the rest of 1.5 s for API Gateway and the function itself
   */
  readonly timeoutMs?: number;
  /**
   * Age up to which a verdict is given again, counted from the start of its checks.
   * @default 1000
   */
  readonly cacheMs?: number;
}

/** Says whether this region should receive traffic. Never fails. */
export type HealthMonitor = () => Promise<HealthVerdict>;

/**
 * Makes a monitor that answers within `timeoutMs`, gives a verdict again while it is fresh, and lets callers that
 * come while the checks run share their outcome. However many probes arrive, the checks run once a second.
 */
export function createHealthMonitor(options: HealthMonitorOptions): HealthMonitor {
  const { checks, clock, timeoutMs = 900, cacheMs = 1000 } = options;
  return rememberOutcome(() => runChecks(checks, clock, timeoutMs), { clock, cacheMs });
}

async function runChecks(
  checks: Readonly<Record<string, HealthCheck>>,
  clock: Clock,
  timeoutMs: number,
): Promise<HealthVerdict> {
  const checkedAtMs = clock.nowMs();
  const limit = { clock, timeoutMs, act: 'finish the health check' };
  const outcomes = await Promise.all(
    Object.entries(checks).map(([name, check]) => runCheck(name, check, limit)),
  );
  const failures = outcomes.filter((outcome) => outcome !== undefined);
  return {
    ok: failures.length === 0,
    reasons: failures.map(({ reason }) => reason),
    checkedAtMs,
    latencyMs: Math.max(0, clock.nowMs() - checkedAtMs),
    causes: failures.map(({ cause }) => cause),
  };
}

interface CheckFailure {
  readonly reason: string;
  readonly cause: unknown;
}

async function runCheck(name: string, check: HealthCheck, limit: Timeout): Promise<CheckFailure | undefined> {
  try {
    await withTimeout(limit, check);
    return undefined;
  } catch (cause) {
    return { reason: `${name}-${howItFailed(cause)}`, cause };
  }
}

function howItFailed(cause: unknown): HealthFailure {
  if (!(cause instanceof PlatformError)) return 'failed';
  switch (cause.code) {
    case 'table-timeout':
      return 'timeout';
    case 'table-throttled':
      return 'throttled';
    case 'table-unavailable':
      return 'unavailable';
    default:
      return 'failed';
  }
}
