import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { alarmName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';

/** Pages of `docs/runbooks/` to which alarms lead. */
export type Runbook = 'evacuate' | 'region-lost' | 'replication-stalled';

/** One alarm, as everybody who is woken by it needs it. */
export interface WatchAlarm {
  /** The alarm's own part of its name; also the id of its construct. */
  readonly name: string;
  readonly metric: IMetric;
  /** The alarm rings on one side of a value, in the metric's unit. */
  readonly when: { readonly above: number } | { readonly below: number };
  /** Periods of the metric that are looked at together. @default 1 */
  readonly periods?: number;
  /** How many of them must be bad. @default - all */
  readonly badPeriods?: number;
  /** Whether silence is what it warns of. @default false - no data is no trouble */
  readonly silenceIsBad?: boolean;
  /** What has happened, as a sentence. */
  readonly meaning: string;
  /** What to do first, as a sentence. */
  readonly action: string;
  readonly runbook: Runbook;
}

/** Where a runbook is, from the root of the repository. */
export function runbookPath(runbook: Runbook): string {
  return `docs/runbooks/${runbook}.md`;
}

/** Makes an alarm that is named as all that belongs to its stage, and says what it means and what to do. */
export function watchAlarm(scope: Construct, context: BackendContext, alarm: WatchAlarm): Alarm {
  const { name, metric, when, periods = 1, badPeriods = periods, silenceIsBad = false } = alarm;
  return new Alarm(scope, name, {
    alarmName: alarmName(context.project, context.stage, name),
    alarmDescription: `${alarm.meaning} ${alarm.action} Runbook: ${runbookPath(alarm.runbook)}`,
    metric,
    ...('above' in when
      ? { threshold: when.above, comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD }
      : { threshold: when.below, comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD }),
    evaluationPeriods: periods,
    datapointsToAlarm: badPeriods,
    treatMissingData: silenceIsBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
  });
}
