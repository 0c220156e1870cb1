import { Stack } from 'aws-cdk-lib';
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { canLoseWrites } from '../../topology/backend-features.ts';
import { alarmName } from '../../topology/names.ts';
import type { BackendContext } from '../../topology/resolve-stage.ts';

/**
 * Alarms that end an experiment, by their own part of the name: what no experiment here is to bring about. FIS takes five,
 * of the experiment's own Region, and starts nothing while one of them rings.
 *
 * Those that an experiment is meant to trip are not among them: `unhealthy`, `function-health-*`, the health check,
 * replication, and what counts probes as requests, `api-errors` and `api-latency`; nor therefore `region-impaired`.
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/stop-conditions.html
 */
const HARM = {
  /** Callers are harmed: the function that serves them crashes, or is refused. */
  callers: ['function-api-errors', 'function-api-throttles'],
  /** The way out is blocked: nobody could evacuate the Region, or take an evacuation back. */
  operators: ['function-control-errors'],
  /** The replica refuses what it is asked. */
  data: ['table-throttles'],
  /** What was lost is lost from the record of losses as well. */
  conflicts: ['lost-batches'],
} as const;

/**
 * ARNs of the alarms that end an experiment in this Region. The watch of the Region has to be there already.
 *
 * @throws where the stack has no alarm of such a name
 */
export function stopConditionArns(scope: Construct, context: BackendContext): readonly string[] {
  const names = [
    ...HARM.callers,
    ...HARM.operators,
    ...HARM.data,
    ...(canLoseWrites(context) ? HARM.conflicts : []),
  ];
  const alarms = Stack.of(scope)
    .node.findAll()
    .filter((node) => node instanceof CfnAlarm);
  return names.map((name) => {
    const fullName = alarmName(context.project, context.stage, name);
    const alarm = alarms.find((candidate) => candidate.alarmName === fullName);
    if (alarm !== undefined) return alarm.attrArn;
    throw new Error(
      `Cannot break ${context.region} on purpose: the stack has no alarm ${fullName}, it is needed to end an experiment that goes wrong. Place the Region's watch first`,
    );
  });
}
