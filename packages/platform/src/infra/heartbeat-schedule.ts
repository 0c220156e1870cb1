import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventInvokeConfig, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { hasHeartbeat } from '../topology/backend-features.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';

/** EventBridge's shortest period. */
const PERIOD = Duration.minutes(1);

/** As long as a heartbeat is of use, and the shortest that EventBridge and Lambda take. */
const EVENT_AGE_MAX = Duration.minutes(1);

/** What a {@link HeartbeatSchedule} is made of. */
export interface HeartbeatScheduleProps {
  readonly context: Pick<BackendContext, 'regions' | 'settings'>;
  /** Gives the Region's sign of life; needs no input. */
  readonly heartbeat: IFunction;
}

/**
 * Calls the heartbeat once a minute, in each Region by itself. What could not be delivered or has failed is not tried
 * again, by EventBridge nor by Lambda, which repeats an asynchronous call twice on its own: the next one is due within a
 * minute, and two at once would only see each other's writes. Where nobody needs a heartbeat nothing calls it.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class HeartbeatSchedule extends Construct {
  constructor(scope: Construct, id: string, { context, heartbeat }: HeartbeatScheduleProps) {
    super(scope, id);
    if (!hasHeartbeat(context)) return;
    new Rule(this, 'EveryMinute', {
      description: "Writes this Region's heartbeat and measures how long its peers take to show it",
      schedule: Schedule.rate(PERIOD),
      targets: [new LambdaFunction(heartbeat, { retryAttempts: 0, maxEventAge: EVENT_AGE_MAX })],
    });
    new EventInvokeConfig(this, 'OnceOnly', {
      function: heartbeat,
      retryAttempts: 0,
      maxEventAge: EVENT_AGE_MAX,
    });
  }
}
