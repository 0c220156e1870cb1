import { paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { askAws } from '../cloud/cloud-error.ts';
import type { RegionClients } from '../cloud/region-clients.ts';

/**
 * Names of the stage's alarms that are in ALARM in a region: those whose names begin with `<project>-<stage>-`, as
 * all that belongs to the stage does.
 *
 * @throws {CloudError} when CloudWatch cannot be asked
 */
export async function readAlarms(
  { region, cloudWatch }: RegionClients,
  {
    place,
    signal,
  }: { readonly place: { readonly project: string; readonly stage: string }; readonly signal: AbortSignal },
): Promise<readonly string[]> {
  return askAws({ act: 'read the alarms', region }, async () => {
    const names: string[] = [];
    const pages = paginateDescribeAlarms(
      { client: cloudWatch },
      {
        AlarmNamePrefix: `${place.project}-${place.stage}-`,
        StateValue: 'ALARM',
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      },
      { abortSignal: signal },
    );
    for await (const { MetricAlarms = [], CompositeAlarms = [] } of pages)
      names.push(...[...MetricAlarms, ...CompositeAlarms].flatMap(({ AlarmName }) => AlarmName ?? []));
    return names;
  });
}
