import type { JsonValue } from '../event-sources/json-value.ts';

/** A rule of EventBridge that runs functions by the clock, as its template describes it. JSON-serialisable. */
export interface ScheduleDefinition {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly logicalId: string;
  /** `rate(…)` or `cron(…)`, of a kind that `parseSchedule` takes. */
  readonly expression: string;
  readonly enabled: boolean;
  readonly targets: readonly ScheduleTargetDefinition[];
}

/** A function that a rule runs. */
export interface ScheduleTargetDefinition {
  /** Unique in its rule. */
  readonly id: string;
  readonly functionName: string;
  /** What the function gets in place of the scheduled event. */
  readonly input?: JsonValue;
  /** How often a run is tried again that Lambda refused: EventBridge's `RetryPolicy`. */
  readonly deliveryRetryAttempts: number;
  /** How often a run is tried again whose function failed: Lambda's own, for asynchronous invocations. */
  readonly functionRetryAttempts: number;
  /** A run whose function failed is given up once its event is older, in seconds of the twin's time scale. */
  readonly functionEventAgeSeconds: number;
}

/** One rule in the report of a region. Counts are since the region started, or since the rule changed. */
export interface ScheduleReport {
  readonly ruleName: string;
  readonly ruleArn: string;
  readonly expression: string;
  readonly state: 'Enabled' | 'Disabled';
  /** ISO 8601; null before the first run. */
  readonly lastRunAt: string | null;
  /** ISO 8601; null when there is none any more. */
  readonly nextRunAt: string | null;
  readonly targets: readonly ScheduleTargetReport[];
}

/** One target in the report of its rule. */
export interface ScheduleTargetReport {
  readonly id: string;
  readonly functionName: string;
  /** Runs that the function finished. */
  readonly succeeded: number;
  /** Runs that were given up: their retries were exhausted, or their event too old. */
  readonly failed: number;
  /** Runs that were left out, as earlier ones still went on. */
  readonly skipped: number;
  /** Why the latest attempt failed; null once one succeeded. */
  readonly lastError: string | null;
}
