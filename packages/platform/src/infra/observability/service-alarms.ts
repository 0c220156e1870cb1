import { Duration } from 'aws-cdk-lib';
import { type Alarm, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { BackendMetrics } from './metrics-of.ts';
import { watchAlarm } from './watch-alarm.ts';

/** The one Region in which Route 53 keeps its metrics, wherever the endpoint is that it checks. */
const HEALTH_CHECK_METRICS_REGION = 'us-east-1';

const minutes = (count: number) => ({ period: Duration.minutes(count) });

/** What {@link ServiceAlarms} watch. */
export interface ServiceAlarmsProps {
  readonly context: BackendContext;
  readonly metrics: BackendMetrics;
}

/**
 * What callers see of a Region: errors, latency, and what it says of its own health.
 *
 * Probes are requests, too. With a domain they make the least of errors louder where there is little traffic, and an
 * evacuated Region, which answers them with 503, rings as long as it is evacuated. A count without them would need the
 * metrics of single routes, on whose dimensions AWS's pages disagree; an alarm on a metric that is not there never rings.
 */
export class ServiceAlarms extends Construct {
  readonly errors: Alarm;
  readonly latency: Alarm;
  readonly unhealthy: Alarm;

  constructor(scope: Construct, id: string, { context, metrics }: ServiceAlarmsProps) {
    super(scope, id);
    const { errorRatePercent, errorRateRequestsMin, latencyP99Ms } = context.settings.observability;
    const counted = { statistic: Stats.SUM, ...minutes(5) };
    // A share, as one error of ten thousand is none; with a least volume, as one of two is no half. Two metrics: $0.20.
    this.errors = watchAlarm(this, context, {
      name: 'api-errors',
      metric: new MathExpression({
        expression: `IF(requests >= ${errorRateRequestsMin}, 100 * errors / requests, 0)`,
        usingMetrics: { requests: metrics.api('Count', counted), errors: metrics.api('5xx', counted) },
        label: '5xx answers, percent',
        ...minutes(5),
      }),
      when: { above: errorRatePercent },
      meaning: `More than ${errorRatePercent} % of at least ${errorRateRequestsMin} requests in 5 minutes were answered with 5xx in ${context.region}, or the Region is evacuated.`,
      action: "Find the cause with the saved query 'errors'; if it is this Region alone, evacuate it.",
      runbook: 'evacuate',
    });
    // Three times five minutes: p99 of a handful of requests is its slowest, and that is any cold start.
    this.latency = watchAlarm(this, context, {
      name: 'api-latency',
      metric: metrics.api('Latency', { statistic: Stats.p(99), ...minutes(5) }),
      when: { above: latencyP99Ms },
      periods: 3,
      meaning: `For 15 minutes one answer of a hundred took longer than ${latencyP99Ms} ms in ${context.region}.`,
      action:
        "Find what is slow with the saved query 'slowest requests'; if it is this Region alone, evacuate it.",
      runbook: 'evacuate',
    });
    // The same verdict as Route 53 gets, in every Region; Route 53's own metrics are in us-east-1 only. Nobody may ask
    // where there is no domain, so that silence says nothing.
    this.unhealthy = watchAlarm(this, context, {
      name: 'unhealthy',
      metric: metrics.own('healthy', { statistic: Stats.AVERAGE, ...minutes(1) }),
      when: { below: 0.5 },
      periods: 3,
      meaning: `For 3 minutes most of those who asked ${context.region} for its health were told no: its table does not answer, or it is evacuated.`,
      action: "Ask its /health for the reasons; 'evacuated' alone is somebody's will.",
      runbook: 'region-lost',
    });
  }

  /** All of them. */
  get all(): readonly Alarm[] {
    return [this.errors, this.latency, this.unhealthy];
  }
}

/**
 * Rings while Route 53 has the backend out of service. Only a stack of us-east-1 can have it: anywhere else the metric does
 * not exist, and an alarm on it would stay silent for ever. There it is left out, and `unhealthy` takes its place.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
export function healthCheckAlarm(
  scope: Construct,
  context: BackendContext,
  healthCheck: Pick<IHealthCheck, 'healthCheckId'> | undefined,
): Alarm | undefined {
  if (healthCheck === undefined || context.region !== HEALTH_CHECK_METRICS_REGION) return undefined;
  return watchAlarm(scope, context, {
    name: 'health-check',
    metric: new Metric({
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensionsMap: { HealthCheckId: healthCheck.healthCheckId },
      statistic: Stats.MINIMUM,
      period: Duration.minutes(1),
    }),
    when: { below: 1 },
    meaning: `Route 53 has ${context.region} out of service: it does not answer, says that it is not well, or is evacuated.`,
    action: 'Nothing has to be done for traffic to leave; see that it has left.',
    runbook: 'region-lost',
  });
}
