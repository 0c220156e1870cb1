import { type Alarm, AlarmRule, AlarmState, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { alarmName } from '../../topology/names.ts';
import type { Site } from '../../topology/resolve-stage.ts';
import { runbookPath } from './watch-alarm.ts';

/**
 * The one alarm to wake somebody for: the Region should not serve. It rings while any of `alarms` does.
 *
 * Alarms belong among them if another Region would serve better. Latency does not, which a person has to judge; nor a table
 * that throttles, as each replica has the same limits; nor replication, of which both ends are well by themselves.
 */
export function impairedAlarm(scope: Construct, site: Site, alarms: readonly Alarm[]): CompositeAlarm {
  const { project, stage, region } = site;
  return new CompositeAlarm(scope, 'region-impaired', {
    compositeAlarmName: alarmName(project, stage, 'region-impaired'),
    alarmDescription: `${region} should not serve: it says so itself, answers errors, or refuses callers. The alarms below it say which. If Route 53 has not left it by itself, evacuate it. Runbook: ${runbookPath('evacuate')}`,
    alarmRule: AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
  });
}
