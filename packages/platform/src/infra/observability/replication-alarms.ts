import { Duration } from 'aws-cdk-lib';
import { type Alarm, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { canLoseWrites } from '../../topology/backend-features.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';
import type { BackendMetrics } from './metrics-of.ts';
import { watchAlarm } from './watch-alarm.ts';

/** Three heartbeats that did not come. */
const HEARTBEAT_AGE_MAX = Duration.minutes(3);

/** CloudWatch has this metric of DynamoDB every five minutes only. */
const LATENCY_PERIOD = Duration.minutes(5);

/** What {@link ReplicationAlarms} watch. */
export interface ReplicationAlarmsProps {
  readonly context: BackendContext;
  readonly metrics: BackendMetrics;
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

  constructor(scope: Construct, id: string, { context, metrics }: ReplicationAlarmsProps) {
    super(scope, id);
    const { heartbeat } = context.settings.observability;
    const isMeasured = canLoseWrites(context);
    this.all = context.regions
      .filter((region) => region !== context.region)
      .flatMap((peer) => [
        ...(isMeasured ? [this.watchLag(context, metrics, peer)] : []),
        ...(isMeasured && heartbeat ? [this.watchSilence(context, metrics, peer)] : []),
        ...(heartbeat ? [this.watchHeartbeat(context, metrics, peer)] : []),
      ]);
  }

  /**
   * Our threshold is the settings' `replicationLagMs`. The 180 s of AWS's example say that replication has failed; a second or
   * less is usual, so that ten are trouble which clients of a session already see, and leave time to decide.
   * Two periods: a burst that is worked off is nobody's business.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-global-table-design.prescriptive-guidance.checklist-and-faq.html
   */
  private watchLag(context: BackendContext, metrics: BackendMetrics, peer: string): Alarm {
    const { replicationLagMs } = context.settings.observability;
    return watchAlarm(this, context, {
      name: `lag-${peer}`,
      metric: metrics.replicationLatency(peer, { statistic: Stats.AVERAGE, period: LATENCY_PERIOD }),
      when: { above: replicationLagMs },
      periods: 2,
      meaning: `For 10 minutes writes took longer than ${replicationLagMs} ms from ${context.region} to ${peer}, on average.`,
      action: `See whether it falls by itself; until then reads in ${peer} are stale and conflicts likelier.`,
      runbook: 'replication-stalled',
    });
  }

  /** No latency is below 0, so that nothing but silence rings. */
  private watchSilence(context: BackendContext, metrics: BackendMetrics, peer: string): Alarm {
    return watchAlarm(this, context, {
      name: `silent-${peer}`,
      metric: metrics.replicationLatency(peer, { statistic: Stats.AVERAGE, period: LATENCY_PERIOD }),
      when: { below: 0 },
      periods: 3,
      silenceIsBad: true,
      meaning: `For 15 minutes nothing was replicated from ${context.region} to ${peer}, although a heartbeat is written every minute.`,
      action: `Write in ${context.region} and read in ${peer}; then ask DynamoDB for the state of the replicas.`,
      runbook: 'replication-stalled',
    });
  }

  /** Missing is as bad as old: then this Region's own heartbeat function does not run, or has never seen the peer. */
  private watchHeartbeat(context: BackendContext, metrics: BackendMetrics, peer: string): Alarm {
    return watchAlarm(this, context, {
      name: `heartbeat-${peer}`,
      metric: metrics.own('heartbeatAge', { peer, statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      when: { above: HEARTBEAT_AGE_MAX.toMilliseconds() },
      periods: 3,
      silenceIsBad: true,
      meaning: `${context.region} has seen no sign of life of ${peer} for more than ${HEARTBEAT_AGE_MAX.toMinutes()} minutes: ${peer} is lost, replication to here is stalled, or nobody looks.`,
      action: `Ask ${peer} for its /health: if it answers it is replication, else docs/runbooks/region-lost.md.`,
      runbook: 'replication-stalled',
    });
  }
}
