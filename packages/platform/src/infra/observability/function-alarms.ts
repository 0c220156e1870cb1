import { Duration } from 'aws-cdk-lib';
import { type Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { BackendMetrics } from './metrics-of.ts';
import { watchAlarm } from './watch-alarm.ts';

/** Crashes in five minutes that are no longer a hiccup: what a handler can foresee it answers, and that is no error. */
const CRASHES_MAX = 2;

/** Share of its timeout at which a function is about to be cut off. */
const TIMEOUT_SHARE = 0.8;

/**
 * 80 % of the 1,000 concurrent executions that AWS gives an account in each Region. A Region that takes over its peer's
 * traffic needs the same again. What the account has been granted is unknown here; where it is less, as in new accounts,
 * the functions' throttles ring instead.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const CONCURRENCY_MAX = 800;

/** Lambda's own, where nothing is said. */
const DEFAULT_TIMEOUT = Duration.seconds(3);

/** What {@link FunctionAlarms} watch. */
export interface FunctionAlarmsProps {
  readonly context: BackendContext;
  readonly metrics: BackendMetrics;
  /** Functions by their own part of the name. Of those that run while a stack is deployed, CloudFormation tells. */
  readonly functions: Readonly<Record<string, IFunction>>;
}

/**
 * Whether functions crash, are refused, or come near their timeout: three alarms a function, as each leads to another log
 * and another remedy, and one for the concurrency that all functions of the account share.
 */
export class FunctionAlarms extends Construct {
  readonly all: readonly Alarm[];
  /** Those that ring while a function is refused, by the function's own part of its name. */
  readonly throttles: Readonly<Record<string, Alarm>>;

  constructor(scope: Construct, id: string, { context, metrics, functions }: FunctionAlarmsProps) {
    super(scope, id);
    const watched = Object.entries(functions).map(([name, fn]) => ({
      name,
      errors: this.watchErrors(context, metrics, name),
      throttles: this.watchThrottles(context, metrics, name),
      duration: this.watchDuration(context, metrics, { name, timeout: timeoutOf(fn) }),
    }));
    this.throttles = Object.fromEntries(watched.map(({ name, throttles }) => [name, throttles]));
    this.all = [
      ...watched.flatMap(({ errors, throttles, duration }) => [errors, throttles, duration]),
      this.watchConcurrency(context, metrics),
    ];
  }

  private watchErrors(context: BackendContext, metrics: BackendMetrics, name: string): Alarm {
    return watchAlarm(this, context, {
      name: `function-${name}-errors`,
      metric: metrics.fn('Errors', name, { statistic: Stats.SUM, period: Duration.minutes(5) }),
      when: { above: CRASHES_MAX },
      meaning: `Function ${name} crashed or ran into its timeout more than ${CRASHES_MAX} times in 5 minutes in ${context.region}.`,
      action:
        "Read why with the saved query 'errors'; after a deployment take it back, if callers see it evacuate.",
      runbook: 'evacuate',
    });
  }

  /** Three minutes of five: Lambda adds environments by the second, so that a burst may be refused for a moment. */
  private watchThrottles(context: BackendContext, metrics: BackendMetrics, name: string): Alarm {
    return watchAlarm(this, context, {
      name: `function-${name}-throttles`,
      metric: metrics.fn('Throttles', name, { statistic: Stats.SUM, period: Duration.minutes(1) }),
      when: { above: 0 },
      periods: 5,
      badPeriods: 3,
      meaning: `Lambda refused to run function ${name} in ${context.region} for want of concurrency, in 3 of 5 minutes.`,
      action: 'Ask for more concurrent executions, or find who uses them up; if callers see it evacuate.',
      runbook: 'evacuate',
    });
  }

  private watchDuration(
    context: BackendContext,
    metrics: BackendMetrics,
    { name, timeout }: { readonly name: string; readonly timeout: Duration },
  ): Alarm {
    const nearMs = TIMEOUT_SHARE * timeout.toMilliseconds();
    return watchAlarm(this, context, {
      name: `function-${name}-duration`,
      metric: metrics.fn('Duration', name, { statistic: Stats.p(99), period: Duration.minutes(5) }),
      when: { above: nearMs },
      periods: 3,
      badPeriods: 2,
      meaning: `Function ${name} takes longer than ${nearMs} ms in ${context.region}; it is cut off at ${timeout.toMilliseconds()} ms.`,
      action:
        "Find what it waits for with the saved query 'slowest requests'; it is the table in most cases.",
      runbook: 'region-lost',
    });
  }

  private watchConcurrency(context: BackendContext, metrics: BackendMetrics): Alarm {
    return watchAlarm(this, context, {
      name: 'concurrency',
      metric: metrics.concurrency({ statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      when: { above: CONCURRENCY_MAX },
      periods: 5,
      badPeriods: 3,
      meaning: `Functions of this account take more than ${CONCURRENCY_MAX} of the 1,000 concurrent executions that ${context.region} has by default: there may be no room for a peer's traffic.`,
      action: 'Ask for a higher quota before it is needed; do not evacuate a peer to here until then.',
      runbook: 'evacuate',
    });
  }
}

function timeoutOf(fn: IFunction): Duration {
  if (fn instanceof LambdaFunction) return fn.timeout ?? DEFAULT_TIMEOUT;
  throw new Error(
    `Cannot watch ${fn.node.path}: its timeout is unknown, a function of this stack is needed. Leave imported functions out`,
  );
}
