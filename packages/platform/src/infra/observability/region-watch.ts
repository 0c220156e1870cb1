import { Construct } from 'constructs';
import type { RegionalApi } from '../regional-api.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { metricsOf } from './metrics-of.ts';
import { RegionAlarms, type WatchedParts } from './region-alarms.ts';
import { RegionDashboard } from './region-dashboard.ts';
import { SavedQueries } from './saved-queries.ts';

/** What a {@link RegionWatch} looks at. */
export interface RegionWatchProps extends WatchedParts {
  readonly api: RegionalApi;
}

/** Everything by which people see how one Region is: alarms, whom they tell, a dashboard, queries of its logs. */
export class RegionWatch extends Construct {
  constructor(scope: Construct, id: string, props: RegionWatchProps) {
    super(scope, id);
    const { context, api, functions, streamConsumer } = props;
    const settings = context.settings.observability;
    const names = Object.keys(functions);
    refuseUnknown([...props.serving, ...(streamConsumer === undefined ? [] : [streamConsumer])], names);

    const metrics = metricsOf(context, api);
    const alarms = settings.alarms ? new RegionAlarms(this, 'Alarms', { ...props, metrics }).all : [];
    if (settings.alarmTopic) new AlarmTopic(this, 'Topic', { context, alarms });
    if (settings.dashboard) {
      new RegionDashboard(this, 'Dashboard', { context, metrics, functions: names, streamConsumer, alarms });
    }
    new SavedQueries(this, 'Queries', { context, functions: names, streamConsumer });
  }
}

function refuseUnknown(named: readonly string[], known: readonly string[]): void {
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `Cannot watch ${unknown.join(', ')}: the functions are ${known.join(', ')}, one of them is needed. Hand it over in functions, too`,
  );
}
