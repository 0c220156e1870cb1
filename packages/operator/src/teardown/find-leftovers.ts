import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { GetHealthCheckCommand, GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import { poll } from '@gsp/cli-kit';
import { askAws } from '../cloud/cloud-error.ts';
import { describeStack } from '../cloud/find-backend-stack.ts';
import type { Cloud, RegionClients } from '../cloud/region-clients.ts';
import { readParameter } from '../cloud/stage-parameters.ts';
import { describeTable } from '../cloud/table.ts';
import { arnParts, idleCost } from './idle-cost.ts';
import { EDGE_REGION } from './take-inventory.ts';

/** Something of the stage that is still there. */
export interface Leftover {
  readonly arn: string;
  readonly region: string;
  readonly isBillable: boolean;
  readonly costs: string;
  /** `unknown` where only the tagging API tells of it, which may be behind. */
  readonly standing: Exclude<ResourceState, 'gone'>;
}

/** Whose leftovers are looked for, and where. */
interface LeftoversOptions {
  readonly project: string;
  readonly stage: string;
  readonly tableName: string;
  /** Regions that were taken away; us-east-1 is looked at as well, for what is in no region. */
  readonly regions: readonly string[];
  /** Whether nothing was to be left: else only what carries the tag of one of `regions` counts. */
  readonly isWhole: boolean;
  readonly signal: AbortSignal;
  /** How long the tagging API may be behind. @default 60 s */
  readonly patienceMs?: number;
  /** @default 5 s */
  readonly pollMs?: number;
}

/**
 * What is left of a stage, by its tags in every region, and by its computed names where tags may be missing. The tagging
 * API tells of resources for a while after they are gone, so each is looked for where that is possible, and what is
 * doubtful is asked for again.
 *
 * @throws {CloudError} when AWS cannot be asked
 */
export async function findLeftovers(cloud: Cloud, options: LeftoversOptions): Promise<readonly Leftover[]> {
  const { signal, patienceMs = 60_000, pollMs = 5_000 } = options;
  const untilMs = performance.now() + patienceMs;
  return poll(
    async () => {
      const found = await checkOnce(cloud, options);
      const isDoubtful = found.some(({ standing }) => standing === 'unknown');
      return isDoubtful && performance.now() < untilMs ? undefined : found;
    },
    { intervalMs: pollMs, signal },
  );
}

async function checkOnce(cloud: Cloud, options: LeftoversOptions): Promise<readonly Leftover[]> {
  const { regions, tableName, signal } = options;
  const asked = [...new Set([...regions, EDGE_REGION])];
  const found = await Promise.all(
    asked.map(async (region) => {
      const arns = new Set(await taggedArns(cloud, region, options));
      const table = regions.includes(region)
        ? await describeTable(cloud.region(region), { tableName, signal })
        : null;
      if (table?.TableArn !== undefined && table.TableStatus !== 'DELETING') arns.add(table.TableArn);
      const looked = await Promise.all([...arns].map((arn) => leftoverOf(cloud, { arn, region }, signal)));
      return looked.flat();
    }),
  );
  const byArn = new Map(found.flat().map((leftover) => [leftover.arn, leftover]));
  return [...byArn.values()].sort((a, b) => a.arn.localeCompare(b.arn));
}

async function leftoverOf(
  cloud: Cloud,
  { arn, region }: { arn: string; region: string },
  signal: AbortSignal,
): Promise<Leftover[]> {
  const clients = cloud.region(arnParts(arn).region || region);
  const standing = await resourceState(clients, arn, signal);
  return standing === 'gone' ? [] : [{ arn, region, standing, ...idleCost(arn) }];
}

async function taggedArns(
  cloud: Cloud,
  region: string,
  { project, stage, regions, isWhole, signal }: LeftoversOptions,
): Promise<readonly string[]> {
  const { tagging } = cloud.region(region);
  const filters = [
    { Key: 'project', Values: [project] },
    { Key: 'stage', Values: [stage] },
    ...(isWhole ? [] : [{ Key: 'region', Values: [...regions] }]),
  ];
  return askAws({ act: 'look for what carries the tags of the stage', region }, async () => {
    const arns: string[] = [];
    const pages = paginateGetResources({ client: tagging }, { TagFilters: filters }, { abortSignal: signal });
    for await (const { ResourceTagMappingList = [] } of pages) {
      arns.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []));
    }
    return arns;
  });
}

/** Whether a tagged resource is there: the tagging API tells of what was deleted for a while. */
type ResourceState = 'there' | 'gone' | 'unknown';

type Check = (
  clients: RegionClients,
  what: { readonly arn: string; readonly name: string },
  signal: AbortSignal,
) => Promise<boolean>;

const CHECKS: Readonly<Record<string, Check>> = {
  'dynamodb:table': async (clients, { name }, signal) => {
    const table = await describeTable(clients, { tableName: name, signal });
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
async function resourceState(
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
