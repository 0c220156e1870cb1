import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { GetHealthCheckCommand, GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import { askAws } from '../cloud/cloud-error.ts';
import { describeStack } from '../cloud/find-backend-stack.ts';
import type { RegionClients } from '../cloud/region-clients.ts';
import { readParameter } from '../cloud/stage-parameters.ts';
import { arnParts } from './idle-cost.ts';
import { describeTable } from './standing-table.ts';

/** Whether a tagged resource is there: the tagging API tells of what was deleted for a while. */
export type ResourceState = 'there' | 'gone' | 'unknown';

type Check = (
  clients: RegionClients,
  what: { readonly arn: string; readonly name: string },
  signal: AbortSignal,
) => Promise<boolean>;

const CHECKS: Readonly<Record<string, Check>> = {
  'dynamodb:table': async (clients, { name }, signal) => {
    const table = await describeTable(clients, name, signal);
    return table !== null && table.TableStatus !== 'DELETING';
  },
  'cloudformation:stack': async (clients, { arn }, signal) =>
    (await describeStack(clients, arn, signal)) !== null,
  'ssm:parameter': async (clients, { name }, signal) =>
    (await readParameter(clients, `/${name}`, signal)) !== null,
  'cloudwatch:alarm': async ({ cloudWatch }, { name }, signal) => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await cloudWatch.send(
      new DescribeAlarmsCommand({ AlarmNames: [name], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      { abortSignal: signal },
    );
    return MetricAlarms.length + CompositeAlarms.length > 0;
  },
  'route53:hostedzone': ({ route53 }, { name }, signal) =>
    unlessNamed('NoSuchHostedZone', () =>
      route53.send(new GetHostedZoneCommand({ Id: name }), { abortSignal: signal }),
    ),
  'route53:healthcheck': ({ route53 }, { name }, signal) =>
    unlessNamed('NoSuchHealthCheck', () =>
      route53.send(new GetHealthCheckCommand({ HealthCheckId: name }), { abortSignal: signal }),
    ),
};

/**
 * Asks the resource's own service whether it is there, where there is a client for it.
 *
 * @throws {CloudError} when the service cannot be asked
 */
export async function resourceState(
  clients: RegionClients,
  arn: string,
  signal: AbortSignal,
): Promise<ResourceState> {
  const { service, type, name } = arnParts(arn);
  const check = CHECKS[`${service}:${type}`];
  if (check === undefined) return 'unknown';
  const act = `look whether ${arn} is there`;
  const exists = await askAws({ act, region: clients.region }, () => check(clients, { arn, name }, signal));
  return exists ? 'there' : 'gone';
}

async function unlessNamed(absent: string, ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === absent) return false;
    throw error;
  }
}
