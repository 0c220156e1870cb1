import {
  type Alarm,
  type AlarmBase,
  AlarmRule,
  AlarmState,
  CompositeAlarm,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { alarmName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import { DataAlarms } from './data-alarms.ts';
import { FunctionAlarms } from './function-alarms.ts';
import type { BackendMetrics } from './metrics-of.ts';
import { ReplicationAlarms } from './replication-alarms.ts';
import { healthCheckAlarm, ServiceAlarms } from './service-alarms.ts';
import { runbookPath } from './watch-alarm.ts';

/** What of a Region is watched. Tables, queues and log groups are known by their computed names. */
export interface WatchedParts {
  readonly context: BackendContext;
  /** Functions that run by themselves or for callers, by their own part of the name. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** Names of those whose callers wait for an answer: when Lambda refuses them, the Region should not serve. */
  readonly serving: readonly string[];
  /** Name of the one that reads the stream, with the queue of lost batches behind it. @default - none does */
  readonly streamConsumer?: string | undefined;
  /** What Route 53 decides on. It is watched from us-east-1 only, where its metrics are. @default - no domain */
  readonly healthCheck?: IHealthCheck | undefined;
}

/** What {@link RegionAlarms} are made of. */
export interface RegionAlarmsProps extends WatchedParts {
  readonly metrics: BackendMetrics;
}

/**
 * Every alarm of one Region. Each costs $0.10 a month for each metric that it looks at, so that there is none that would
 * lead nobody to another act than one that is there already.
 */
export class RegionAlarms extends Construct {
  readonly all: readonly AlarmBase[];

  constructor(scope: Construct, id: string, props: RegionAlarmsProps) {
    super(scope, id);
    const { context, metrics, functions, serving, streamConsumer, healthCheck } = props;
    const service = new ServiceAlarms(this, 'Service', { context, metrics });
    const ofFunctions = new FunctionAlarms(this, 'Functions', { context, metrics, functions });
    const data = new DataAlarms(this, 'Data', { context, metrics, streamConsumer });
    const replication = new ReplicationAlarms(this, 'Replication', { context, metrics });
    const checked = healthCheckAlarm(this, context, healthCheck);
    const impaired = impairedAlarm(this, context, [
      service.unhealthy,
      service.errors,
      ...serving.flatMap((name) => ofFunctions.throttles[name] ?? []),
      ...(checked ? [checked] : []),
    ]);
    this.all = [
      impaired,
      ...service.all,
      ...(checked ? [checked] : []),
      ...ofFunctions.all,
      ...data.all,
      ...replication.all,
    ];
  }
}

/**
 * The one alarm to wake somebody for: the Region should not serve. It rings while any of `alarms` does.
 *
 * Alarms belong among them if another Region would serve better. Latency does not, which a person has to judge; nor a table
 * that throttles, as each replica has the same limits; nor replication, of which both ends are well by themselves.
 */
function impairedAlarm(scope: Construct, context: BackendContext, alarms: readonly Alarm[]): CompositeAlarm {
  const { project, stage, region } = context;
  return new CompositeAlarm(scope, 'region-impaired', {
    compositeAlarmName: alarmName(project, stage, 'region-impaired'),
    alarmDescription: `${region} should not serve: it says so itself, answers errors, or refuses callers. The alarms below it say which. If Route 53 has not left it by itself, evacuate it. Runbook: ${runbookPath('evacuate')}`,
    alarmRule: AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
  });
}
