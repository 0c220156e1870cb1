import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { Site } from '../../topology/resolve-stage.ts';
import type { RegionalApi } from '../regional-api.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { metricsOf } from './metrics-of.ts';
import { RegionAlarms } from './region-alarms.ts';
import { RegionDashboard } from './region-dashboard.ts';
import { SavedQueries } from './saved-queries.ts';

/** What a {@link RegionWatch} looks at. Tables, queues and log groups it knows by their computed names. */
export interface RegionWatchProps {
  readonly site: Site;
  readonly api: RegionalApi;
  /** Functions that run by themselves or for callers, by their own part of the name. */
  readonly functions: Readonly<Record<string, IFunction>>;
  /** Names of those whose callers wait for an answer: when Lambda refuses them, the Region should not serve. */
  readonly serving: readonly string[];
  /** Name of the one that reads the stream, with the queue of lost batches behind it. @default - none does */
  readonly streamConsumer?: string | undefined;
  /** What Route 53 decides on. It is watched from us-east-1 only, where its metrics are. @default - no domain */
  readonly healthCheck?: IHealthCheck | undefined;
}

/** Everything by which people see how one Region is: alarms, whom they tell, a dashboard, queries of its logs. */
export class RegionWatch extends Construct {
  constructor(scope: Construct, id: string, props: RegionWatchProps) {
    super(scope, id);
    const { site, api, functions, streamConsumer } = props;
    const settings = site.settings.observability;
    const names = Object.keys(functions);
    refuseUnknown([...props.serving, ...(streamConsumer === undefined ? [] : [streamConsumer])], names);

    const metrics = metricsOf(site, api);
    const alarms = settings.alarms ? new RegionAlarms(this, 'Alarms', { ...props, metrics }).all : [];
    if (settings.alarmTopic) new AlarmTopic(this, 'Topic', { site, alarms });
    if (settings.dashboard) {
      new RegionDashboard(this, 'Dashboard', { site, metrics, functions: names, streamConsumer, alarms });
    }
    new SavedQueries(this, 'Queries', { site, functions: names, streamConsumer });
  }
}

function refuseUnknown(named: readonly string[], known: readonly string[]): void {
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `Cannot watch ${unknown.join(', ')}: the functions are ${known.join(', ')}, one of them is needed. Hand it over in functions, too`,
  );
}
