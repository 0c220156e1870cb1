import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';

/** How long an alarm that takes silence for trouble may ring before what it listens to has spoken for the first time. */
const SILENT_AT_FIRST_MS = 15 * 60_000;

/**
 * Names of the stage's alarms that are in ALARM in a region: those whose names begin with `<project>-<stage>-`, as
 * all that belongs to the stage does. One that was just made and rings because it has heard nothing yet is left out.
 *
 * @throws {CloudError} when CloudWatch cannot be asked
 */
export async function readAlarms(
  { region, cloudWatch }: RegionClients,
  {
    target,
    signal,
    nowMs = Date.now,
  }: {
    readonly target: { readonly project: string; readonly stage: string };
    readonly signal: AbortSignal;
    readonly nowMs?: () => number;
  },
): Promise<readonly string[]> {
  return askAws({ act: 'read the alarms', region }, async () => {
    const names: string[] = [];
    const pages = paginateDescribeAlarms(
      { client: cloudWatch },
      {
        AlarmNamePrefix: `${target.project}-${target.stage}-`,
        StateValue: 'ALARM',
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      },
      { abortSignal: signal },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      names.push(
        ...[...MetricAlarms.filter((alarm) => !isSilentAtFirst(alarm, nowMs())), ...CompositeAlarms].flatMap(
          ({ AlarmName }) => AlarmName ?? [],
        ),
      );
    return names;
  });
}

/**
 * A heartbeat is alarmed when it is missing, and in a new Region it is, until the first has come through:
 *
 *     alarm made ── rings: nothing heard ── first heartbeat, a minute or more later ── silent, or rings for a reason
 */
function isSilentAtFirst(
  { TreatMissingData, AlarmConfigurationUpdatedTimestamp }: MetricAlarm,
  nowMs: number,
): boolean {
  if (TreatMissingData !== 'breaching' || AlarmConfigurationUpdatedTimestamp === undefined) return false;
  return nowMs - AlarmConfigurationUpdatedTimestamp.getTime() < SILENT_AT_FIRST_MS;
}
