import type { JsonValue } from '../json-value.ts';

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
