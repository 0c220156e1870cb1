import { Duration } from 'aws-cdk-lib';
import { type Alarm, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { Site } from '../../topology/resolve-stage.ts';
import { watchAlarm } from './watch-alarm.ts';

/** The one Region in which Route 53 keeps its metrics, wherever the endpoint is that it checks. */
const HEALTH_CHECK_METRICS_REGION = 'us-east-1';

/**
 * Rings while Route 53 has the site out of service. Only a stack of us-east-1 can have it: anywhere else the metric does
 * not exist, and an alarm on it would stay silent for ever. There it is left out, and `unhealthy` takes its place.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
export function healthCheckAlarm(
  scope: Construct,
  site: Site,
  healthCheck: Pick<IHealthCheck, 'healthCheckId'> | undefined,
): Alarm | undefined {
  if (healthCheck === undefined || site.region !== HEALTH_CHECK_METRICS_REGION) return undefined;
  return watchAlarm(scope, site, {
    name: 'health-check',
    metric: new Metric({
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensionsMap: { HealthCheckId: healthCheck.healthCheckId },
      statistic: Stats.MINIMUM,
      period: Duration.minutes(1),
    }),
    when: { below: 1 },
    meaning: `Route 53 has ${site.region} out of service: it does not answer, says that it is not well, or is evacuated.`,
    action: 'Nothing has to be done for traffic to leave; see that it has left.',
    runbook: 'region-lost',
  });
}
