import type { DataRunReport } from './data/data-report.ts';

/** Everything one `npm run drill` came to: what `--json` writes and the page is drawn from. JSON-serialisable. */
export interface DrillReport {
  /** A twin on this machine, or the global URL of a deployed platform. */
  readonly target: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Whether every objective of every scenario and every promise about data was kept. */
  readonly isKept: boolean;
  /** In the order in which they ran. */
  readonly scenarios: readonly TrafficReport[];
  /** Runs of the scenario `data`, which has no DNS in it; empty when it was not asked for. */
  readonly dataRuns: readonly DataRunReport[];
}

/**
 * One scenario as it went. Every `atSeconds` is model seconds since `startedAt`: real seconds times `timeScale`, so that
 * a figure can be held against the interval, threshold and time to live of the definition. Latencies are real
 * milliseconds: functions and tables run at their own pace whatever the time scale is.
 */
export interface TrafficReport {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly timeScale: number;
  /** In topology order; the first is the primary. */
  readonly regions: readonly string[];
  /** ISO 8601, UTC, of the first request. */
  readonly startedAt: string;
  /** Length of the traffic in model seconds: every `atSeconds` lies in 0..durationSeconds. */
  readonly durationSeconds: number;
  readonly budget: TrafficBudget;
  /** In order of time. */
  readonly marks: readonly FaultMark[];
  /** Every request, in order of its begin. */
  readonly samples: readonly TrafficSample[];
  /** What DNS answered for the global name: the first answer and every change. */
  readonly dnsAnswers: readonly ObservedDnsAnswer[];
  /** Verdict of each health check: the first one seen and every change. */
  readonly checkStates: readonly ObservedCheckState[];
  /** What became of the traffic of each observer, in the order in which the scenario names them. */
  readonly vantages: readonly ObserverSummary[];
  /** Every objective of this scenario with what was measured. */
  readonly objectives: readonly MeasuredObjective[];
  readonly isKept: boolean;
  /** What a reader should know to read the figures right, a sentence each. */
  readonly notes: readonly string[];
  /** Command that runs this scenario again with this seed. */
  readonly repeat: string;
}

/** What failover may take by the definition that is running, in model seconds. */
export interface TrafficBudget {
  readonly intervalSeconds: number;
  readonly failureThreshold: number;
  /** intervalSeconds times failureThreshold. */
  readonly detectionSeconds: number;
  /** As resolvers are given it: the scaled one is rounded to whole seconds, which this undoes by the time scale. */
  readonly ttlSeconds: number;
  /** Detection and time to live. */
  readonly totalSeconds: number;
}

/** Something that the drill did. */
export interface FaultMark {
  readonly atSeconds: number;
  readonly kind: 'fault' | 'heal';
  /** In words, such as `kill eu-west-1`. */
  readonly what: string;
}

/** One request of an observer, or one call of a client that may send several for it. */
export interface TrafficSample {
  readonly atSeconds: number;
  readonly kind: 'read' | 'write';
  /** Registered observer, such as `dns`. */
  readonly vantage: string;
  /** Client of that observer that sent it, such as `dns-3`: each has a cache of its own. */
  readonly client: string;
  /** Region that answered, or was asked where there was no answer; null when there was no address to ask. */
  readonly region: string | null;
  /** `slow` was answered well, but later than the scenario's limit for a good answer. */
  readonly outcome: 'ok' | 'slow' | 'failed';
  readonly latencyMs: number;
  /** How often it was sent, by a client that repeats what fails, or asks twice. */
  readonly requests: number;
  /** Why it failed, such as `HTTP 503` or `no answer within 2000 ms`. */
  readonly reason?: string;
}

/** What became of the traffic of one observer. Latencies are real milliseconds. */
export interface ObserverSummary {
  readonly vantage: string;
  readonly calls: number;
  readonly failed: number;
  /** Reads that were told that the region is behind what their session has seen: honest answers, counted apart. */
  readonly behind: number;
  /** Before anything was broken; null where nothing was asked then. */
  readonly requestsPerCall: number | null;
  /**
   * Between the fault and the moment from which DNS led everybody elsewhere; null where nothing was asked then. Latencies
   * are of all calls, failed ones included, but for the reads in `behind`.
   */
  readonly meanwhile: {
    readonly calls: number;
    readonly failed: number;
    readonly p50Ms: number | null;
    readonly p99Ms: number | null;
    readonly maxMs: number | null;
  } | null;
  /**
   * From the fault until the last client of the observer had its first good answer of another region, in real
   * milliseconds; null when one never had.
   */
  readonly movedAfterMs: number | null;
}

/** An answer of DNS for the global name. */
export interface ObservedDnsAnswer {
  readonly atSeconds: number;
  /** Regions whose addresses were answered, in order. */
  readonly regions: readonly string[];
  readonly addresses: readonly string[];
}

/** The verdict of a health check from this moment on. */
export interface ObservedCheckState {
  readonly atSeconds: number;
  /** `Name` of the check. */
  readonly check: string;
  readonly kind: 'endpoint' | 'calculated';
  readonly inverted: boolean;
  readonly isHealthy: boolean;
}

/** An objective, and whether it was met. */
export interface MeasuredObjective {
  /** As in the table of objectives, such as `time to detect`. */
  readonly name: string;
  /** How `measured` must stand to `limit`. */
  readonly relation: 'at most' | 'at least' | 'exactly';
  readonly limit: number;
  /** Null when it never happened, which no objective forgives. */
  readonly measured: number | null;
  readonly unit:
    | 's'
    | 'ms'
    | 'requests'
    | 'calls'
    | 'requests a call'
    | 'writes'
    | 'reads'
    | 'records'
    | 'checks'
    | 'answers'
    | 'breaches'
    | '%';
  readonly isKept: boolean;
  /** Where the limit comes from, such as `30 s x 3 + 60 s, and 10 %`. */
  readonly because: string;
}
