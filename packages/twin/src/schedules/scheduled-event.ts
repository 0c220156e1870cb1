/**
 * The event that EventBridge sends when a rule's time has come.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-scheduled-events.html
 */
export interface ScheduledEvent {
  readonly version: '0';
  /** A UUID; retries of a run have the same. */
  readonly id: string;
  readonly 'detail-type': 'Scheduled Event';
  readonly source: 'aws.events';
  readonly account: string;
  /** ISO 8601 in whole seconds, UTC. */
  readonly time: string;
  readonly region: string;
  /** The rule's ARN. */
  readonly resources: readonly [string];
  readonly detail: Readonly<Record<string, never>>;
}

/** Makes the event of one run of a rule. */
export function scheduledEvent(of: {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly ruleArn: string;
  readonly timeMs: number;
}): ScheduledEvent {
  return {
    version: '0',
    id: of.id,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: of.accountId,
    time: `${new Date(of.timeMs).toISOString().slice(0, 19)}Z`,
    region: of.region,
    resources: [of.ruleArn],
    detail: {},
  };
}
