import type { AlarmBase } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Site } from '../../topology/resolve-stage.ts';
import { DataAlarms } from './data-alarms.ts';
import { FunctionAlarms } from './function-alarms.ts';
import { healthCheckAlarm } from './health-check-alarm.ts';
import { impairedAlarm } from './impaired-alarm.ts';
import type { SiteMetrics } from './metrics-of.ts';
import { ReplicationAlarms } from './replication-alarms.ts';
import { ServiceAlarms } from './service-alarms.ts';

/** What of a Region is watched. Tables, queues and log groups are known by their computed names. */
export interface WatchedParts {
  readonly site: Site;
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
  readonly metrics: SiteMetrics;
}

/**
 * Every alarm of one Region. Each costs $0.10 a month for each metric that it looks at, so that there is none that would
 * lead nobody to another act than one that is there already.
 */
export class RegionAlarms extends Construct {
  readonly all: readonly AlarmBase[];

  constructor(scope: Construct, id: string, props: RegionAlarmsProps) {
    super(scope, id);
    const { site, metrics, functions, serving, streamConsumer, healthCheck } = props;
    const service = new ServiceAlarms(this, 'Service', { site, metrics });
    const ofFunctions = new FunctionAlarms(this, 'Functions', { site, metrics, functions });
    const data = new DataAlarms(this, 'Data', { site, metrics, streamConsumer });
    const replication = new ReplicationAlarms(this, 'Replication', { site, metrics });
    const checked = healthCheckAlarm(this, site, healthCheck);
    const impaired = impairedAlarm(this, site, [
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
