import type { Verdict } from '../judge/judge.ts';
import type { TrafficBudget } from '../traffic-report.ts';
import type { Baseline } from './observer.ts';
import type { TrafficObservations } from './traffic-recording.ts';

/** A scenario that is over: what was seen, and what is needed to read it. JSON-serialisable. */
export interface TrafficRecord extends TrafficObservations {
  readonly timeScale: number;
  readonly regions: readonly string[];
  /** Whether checks and backlogs could be seen, which only a twin shows. */
  readonly isTwin: boolean;
  /** Region that DNS answers with while all are healthy; null where the policy has none. */
  readonly primary: string | null;
  /** Region that the scenario takes out of service; null where it takes none. */
  readonly victim: string | null;
  /** When the fault came from which times are counted; null where there was none. */
  readonly faultedAtSeconds: number | null;
  /** When the last of it was taken back; null where it was not. */
  readonly healedAtSeconds: number | null;
  /** Vantages whose clients obey DNS, and so are promised something by it. */
  readonly obedient: readonly string[];
  /** Calls that clients had made before the clock began, by vantage; absent where there were none. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** Name of the check that decides about a region's records, by region; empty where checks cannot be seen. */
  readonly verdictChecks: Readonly<Record<string, string>>;
  readonly budget: TrafficBudget;
  /** Checks that were unhealthy when the traffic should have begun. */
  readonly unhealthyAtStart: readonly string[];
  /** Longest time of a checker for an answer, in real seconds. */
  readonly checkerTimeoutSeconds: number;
  /** How the promises about data were kept; null where nothing was written. */
  readonly verdict: Verdict | null;
}
