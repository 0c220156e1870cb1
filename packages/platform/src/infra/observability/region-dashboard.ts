import { Duration } from 'aws-cdk-lib';
import {
  type AlarmBase,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { canLoseWrites } from '../../topology/backend-features.ts';
import { dashboardName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { BackendMetrics } from './metrics-of.ts';

/** Columns of CloudWatch's grid. */
const WIDTH = 24;

/** What a {@link RegionDashboard} shows. */
export interface RegionDashboardProps {
  readonly context: BackendContext;
  readonly metrics: BackendMetrics;
  /** Functions of each Region, by their own part of the name. */
  readonly functions: readonly string[];
  /** The stream consumer's own part of its name. @default - no function reads the stream */
  readonly streamConsumer?: string | undefined;
  /** Shown by their state. @default - none */
  readonly alarms?: readonly AlarmBase[];
}

/**
 * One Region on one page, beside its peers: a dashboard shows metrics of any Region of the account. Of the peers it shows what
 * has a computed name; their APIs have not, and their requests are those that their functions count.
 *
 * Each Region has its own, so that one is there when another Region is not.
 */
export class RegionDashboard extends Construct {
  constructor(scope: Construct, id: string, props: RegionDashboardProps) {
    super(scope, id);
    const { context, alarms = [] } = props;
    const rows = [
      serviceRow(props),
      regionsRow(props),
      replicationRow(props),
      functionsRow(props),
      dataRow(props),
    ];
    new Dashboard(this, 'Dashboard', {
      dashboardName: dashboardName(context.project, context.stage, context.region),
      defaultInterval: Duration.hours(3),
      widgets: [
        [heading(context)],
        ...(alarms.length > 0
          ? [
              [
                new AlarmStatusWidget({
                  title: `Alarms of ${context.region}`,
                  alarms: [...alarms],
                  width: WIDTH,
                  height: 4,
                }),
              ],
            ]
          : []),
        ...rows.filter((row) => row.length > 0).map(graphs),
      ],
    });
  }
}

/** A graph, before it has its place in a row. */
interface Graph {
  readonly title: string;
  readonly left: readonly IMetric[];
  readonly right?: readonly IMetric[];
}

function heading({ project, stage, region, regions }: BackendContext): TextWidget {
  const peers = regions.filter((peer) => peer !== region);
  const beside = peers.length === 0 ? 'The only Region of its stage.' : `Beside it: ${peers.join(', ')}.`;
  return new TextWidget({
    markdown: `# ${project} ${stage} in ${region}\n${beside}`,
    width: WIDTH,
    height: 2,
  });
}

function graphs(row: readonly Graph[]): GraphWidget[] {
  const width = Math.floor(WIDTH / row.length);
  return row.map(
    ({ title, left, right = [] }) =>
      new GraphWidget({ title, left: [...left], right: [...right], width, height: 6 }),
  );
}

/** Sums, or what else the statistic says, of each minute in a Region. */
function inRegion(region: string, label: string, statistic: string = Stats.SUM) {
  return { region, label, statistic, period: Duration.minutes(1) };
}

/** What callers see of this Region. */
function serviceRow({ context: { region }, metrics }: RegionDashboardProps): Graph[] {
  return [
    { title: `Requests, ${region}`, left: [metrics.api('Count', inRegion(region, 'requests'))] },
    {
      title: `Errors, ${region}`,
      left: [metrics.api('5xx', inRegion(region, '5xx'))],
      right: [metrics.api('4xx', inRegion(region, '4xx'))],
    },
    {
      title: `Latency, ${region}, ms`,
      left: [
        metrics.api('Latency', inRegion(region, 'p50', Stats.p(50))),
        metrics.api('Latency', inRegion(region, 'p99', Stats.p(99))),
        metrics.api('IntegrationLatency', inRegion(region, 'p99 of the function', Stats.p(99))),
      ],
    },
  ];
}

/** Where traffic is, and how it fares there: all Regions side by side. */
function regionsRow({ context: { regions }, metrics }: RegionDashboardProps): Graph[] {
  return [
    {
      title: 'Requests by Region, probes not counted',
      left: regions.map((region) => metrics.own('requests', inRegion(region, region))),
    },
    {
      title: 'Latency by Region, p99, ms',
      left: regions.map((region) => metrics.own('latency', inRegion(region, region, Stats.p(99)))),
    },
    {
      title: 'Healthy by Region, share of probes',
      left: regions.map((region) => metrics.own('healthy', inRegion(region, region, Stats.AVERAGE))),
    },
  ];
}

/** How far each Region is behind each other one, both ways: a metric about a pair lives in one Region of it. */
function replicationRow({ context: { regions, settings }, metrics }: RegionDashboardProps): Graph[] {
  const pairs = regions.flatMap((here) =>
    regions.filter((peer) => peer !== here).map((peer) => ({ here, peer, label: `${here} to ${peer}` })),
  );
  if (pairs.length === 0) return [];
  const latency = pairs.map(({ here, peer, label }) =>
    metrics.replicationLatency(peer, {
      ...inRegion(here, label, Stats.AVERAGE),
      period: Duration.minutes(5),
    }),
  );
  const lag = pairs.map(({ here, peer, label }) =>
    metrics.own('replicationLag', { peer, ...inRegion(here, label, Stats.MAXIMUM) }),
  );
  const age = pairs.map(({ here, peer }) =>
    metrics.own('heartbeatAge', { peer, ...inRegion(here, `of ${peer}, in ${here}`, Stats.MAXIMUM) }),
  );
  return [
    // A strongly consistent table has no such metric.
    ...(canLoseWrites({ settings })
      ? [{ title: 'Replication as DynamoDB measures it, ms', left: latency }]
      : []),
    ...(settings.observability.heartbeat
      ? [
          { title: 'From write to visible, as heartbeats measure it, ms', left: lag },
          { title: 'Age of the last sign of life, ms', left: age },
        ]
      : []),
  ];
}

function functionsRow({ context: { region, regions }, metrics, functions }: RegionDashboardProps): Graph[] {
  const everywhere = regions.flatMap((of) =>
    functions.map((name) => ({ of, name, label: `${name}, ${of}` })),
  );
  const here = (name: string, statistic: string) => inRegion(region, name, statistic);
  return [
    {
      title: 'Crashes and timeouts of functions',
      left: everywhere.map(({ of, name, label }) => metrics.fn('Errors', name, inRegion(of, label))),
    },
    {
      title: 'Functions refused',
      left: everywhere.map(({ of, name, label }) => metrics.fn('Throttles', name, inRegion(of, label))),
      right: regions.map((of) =>
        metrics.concurrency(inRegion(of, `concurrency of the account, ${of}`, Stats.MAXIMUM)),
      ),
    },
    {
      title: `Duration of functions, ${region}, p99, ms`,
      left: functions.map((name) => metrics.fn('Duration', name, here(name, Stats.p(99)))),
      right: functions.map((name) => metrics.fn('Invocations', name, here(`calls of ${name}`, Stats.SUM))),
    },
  ];
}

function dataRow({ context: { regions }, metrics, streamConsumer }: RegionDashboardProps): Graph[] {
  return [
    {
      title: 'Table throttled',
      left: regions.flatMap((of) => [
        metrics.table('ReadThrottleEvents', inRegion(of, `reads, ${of}`)),
        metrics.table('WriteThrottleEvents', inRegion(of, `writes, ${of}`)),
      ]),
    },
    {
      title: 'Replayed writes, and sessions ahead of the region',
      left: regions.flatMap((of) => [
        metrics.own('replays', inRegion(of, `replays, ${of}`)),
        metrics.own('sessionsAhead', inRegion(of, `sessions ahead, ${of}`)),
      ]),
    },
    ...(streamConsumer === undefined
      ? []
      : [
          {
            title: 'Lost writes found',
            left: regions.map((of) => metrics.own('conflictsDetected', inRegion(of, of))),
            right: regions.map((of) =>
              metrics.fn('IteratorAge', streamConsumer, inRegion(of, `behind by, ${of}, ms`, Stats.MAXIMUM)),
            ),
          },
        ]),
  ];
}
