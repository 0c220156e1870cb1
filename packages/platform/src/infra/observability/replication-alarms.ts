import { Duration } from 'aws-cdk-lib';
import { type Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Site } from '../../topology/resolve-stage.ts';
import type { SiteMetrics } from './metrics-of.ts';
import { watchAlarm } from './watch-alarm.ts';

/** Three heartbeats that did not come. */
const HEARTBEAT_AGE_MAX = Duration.minutes(3);

/** CloudWatch has this metric of DynamoDB every five minutes only. */
const LATENCY_PERIOD = Duration.minutes(5);

/** What {@link ReplicationAlarms} watch. */
export interface ReplicationAlarmsProps {
  readonly site: Site;
  readonly metrics: SiteMetrics;
}

/**
 * Whether writes arrive, in both directions, for each peer:
 *
 *     lag-<peer>         ours take too long to the peer   DynamoDB's ReplicationLatency, which lives here
 *     silent-<peer>      ours do not leave at all         the same, without data
 *     heartbeat-<peer>   the peer's do not arrive here    our own HeartbeatAge
 *
 * The third also rings when the peer is lost, and is then the only one that can: the peer's alarms are lost with it.
 *
 * DynamoDB measures while something is written. So only where heartbeats are written all the time does silence mean
 * anything; without them nothing rings for it. A strongly consistent table has no such metric: its writes have arrived
 * when they are acknowledged, and only the heartbeat is watched.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
export class ReplicationAlarms extends Construct {
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { site, metrics }: ReplicationAlarmsProps) {
    super(scope, id);
    const { heartbeat } = site.settings.observability;
    const isMeasured = site.settings.table.consistency === 'eventual';
    this.all = site.regions
      .filter((region) => region !== site.region)
      .flatMap((peer) => [
        ...(isMeasured ? [this.watchLag(site, metrics, peer)] : []),
        ...(isMeasured && heartbeat ? [this.watchSilence(site, metrics, peer)] : []),
        ...(heartbeat ? [this.watchHeartbeat(site, metrics, peer)] : []),
      ]);
  }

  /**
   * Our threshold is the settings' `replicationLagMs`. The 180 s of AWS's example say that replication has failed; a second or
   * less is usual, so that ten are trouble which clients of a session already see, and leave time to decide.
   * Two periods: a burst that is worked off is nobody's business.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-global-table-design.prescriptive-guidance.checklist-and-faq.html
   */
  private watchLag(site: Site, metrics: SiteMetrics, peer: string): Alarm {
    const { replicationLagMs } = site.settings.observability;
    return watchAlarm(this, site, {
      name: `lag-${peer}`,
      metric: metrics.replicationLatency(peer, { statistic: Stats.AVERAGE, period: LATENCY_PERIOD }),
      when: { above: replicationLagMs },
      periods: 2,
      meaning: `For 10 minutes writes took longer than ${replicationLagMs} ms from ${site.region} to ${peer}, on average.`,
      action: `See whether it falls by itself; until then reads in ${peer} are stale and conflicts likelier.`,
      runbook: 'replication-stalled',
    });
  }

  /** No latency is below 0, so that nothing but silence rings. */
  private watchSilence(site: Site, metrics: SiteMetrics, peer: string): Alarm {
    return watchAlarm(this, site, {
      name: `silent-${peer}`,
      metric: metrics.replicationLatency(peer, { statistic: Stats.AVERAGE, period: LATENCY_PERIOD }),
      when: { below: 0 },
      periods: 3,
      silenceIsBad: true,
      meaning: `For 15 minutes nothing was replicated from ${site.region} to ${peer}, although a heartbeat is written every minute.`,
      action: `Write in ${site.region} and read in ${peer}; then ask DynamoDB for the state of the replicas.`,
      runbook: 'replication-stalled',
    });
  }

  /** Missing is as bad as old: then this Region's own heartbeat function does not run, or has never seen the peer. */
  private watchHeartbeat(site: Site, metrics: SiteMetrics, peer: string): Alarm {
    return watchAlarm(this, site, {
      name: `heartbeat-${peer}`,
      metric: metrics.own('heartbeatAge', { peer, statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      when: { above: HEARTBEAT_AGE_MAX.toMilliseconds() },
      periods: 3,
      silenceIsBad: true,
      meaning: `${site.region} has seen no sign of life of ${peer} for more than ${HEARTBEAT_AGE_MAX.toMinutes()} minutes: ${peer} is lost, replication to here is stalled, or nobody looks.`,
      action: `Ask ${peer} for its /health: if it answers it is replication, else docs/runbooks/region-lost.md.`,
      runbook: 'replication-stalled',
    });
  }
}
