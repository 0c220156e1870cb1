import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { BackendMetrics } from './metrics-of.ts';
import { watchAlarm } from './watch-alarm.ts';

/** How old a record of the stream may be before the consumer reads it: the conflict log is behind by as much. */
const ITERATOR_AGE_MAX = Duration.minutes(5);

/** What {@link DataAlarms} watch. */
export interface DataAlarmsProps {
  readonly context: BackendContext;
  readonly metrics: BackendMetrics;
  /** The stream consumer's own part of its name. @default - no function reads the stream */
  readonly streamConsumer?: string | undefined;
}

/** Whether this Region's replica takes what it is asked, and whether its stream is followed. */
export class DataAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { context, metrics, streamConsumer }: DataAlarmsProps) {
    super(scope, id);
    this.all = [
      this.watchThrottles(context, metrics),
      ...(streamConsumer === undefined
        ? []
        : [this.watchIteratorAge(context, metrics, streamConsumer), this.watchLostBatches(context, metrics)]),
    ];
  }

  /**
   * Reads and writes in one alarm, as one limit follows the other and the remedy is the same. Three minutes of five: the
   * SDK hides single throttles, and a table on demand doubles what it takes within minutes. Two metrics: $0.20.
   */
  private watchThrottles(context: BackendContext, metrics: BackendMetrics): Alarm {
    const counted = { statistic: Stats.SUM, period: Duration.minutes(1) };
    return watchAlarm(this, context, {
      name: 'table-throttles',
      metric: new MathExpression({
        expression: 'FILL(reads, 0) + FILL(writes, 0)',
        usingMetrics: {
          reads: metrics.table('ReadThrottleEvents', counted),
          writes: metrics.table('WriteThrottleEvents', counted),
        },
        label: 'Throttled reads and writes',
        period: Duration.minutes(1),
      }),
      when: { above: 0 },
      periods: 5,
      badPeriods: 3,
      meaning: `DynamoDB refused reads or writes of the replica in ${context.region} in 3 of 5 minutes.`,
      action:
        'Raise table.maxReadRequestUnits or maxWriteRequestUnits if the load is wanted, or look for one hot partition key; evacuating moves the load to a replica with the same limits.',
      runbook: 'region-lost',
    });
  }

  private watchIteratorAge(context: BackendContext, metrics: BackendMetrics, consumer: string): Alarm {
    return watchAlarm(this, context, {
      name: 'iterator-age',
      metric: metrics.fn('IteratorAge', consumer, {
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      when: { above: ITERATOR_AGE_MAX.toMilliseconds() },
      periods: 3,
      meaning: `The stream of ${context.region} is read more than ${ITERATOR_AGE_MAX.toMinutes()} minutes late: lost writes are not yet in the conflict log. After 18 hours they are given up.`,
      action: `Read why function ${consumer} fails or waits with the saved query 'errors'.`,
      runbook: 'replication-stalled',
    });
  }

  /** One is too many: it is the only trace of up to a hundred records, any of which may be a lost write. */
  private watchLostBatches(context: BackendContext, metrics: BackendMetrics): Alarm {
    return watchAlarm(this, context, {
      name: 'lost-batches',
      metric: metrics.lostBatches({ statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
      when: { above: 0 },
      meaning: `The consumer of the stream in ${context.region} gave a batch up: a conflict may be missing from the conflict log.`,
      action:
        'Read the records by the position in the message before the stream forgets them, 24 hours after they were written.',
      runbook: 'replication-stalled',
    });
  }
}
