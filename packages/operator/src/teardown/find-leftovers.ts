import { setTimeout as sleep } from 'node:timers/promises';
import { paginateGetResources } from '@aws-sdk/client-resource-groups-tagging-api';
import { askAws } from '../cloud/cloud-error.ts';
import type { Cloud } from '../cloud/region-clients.ts';
import { arnParts, idleCost } from './idle-cost.ts';
import { type ResourceState, resourceState } from './is-standing.ts';
import { describeTable } from './standing-table.ts';
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
export interface LeftoversOptions {
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
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await checkOnce(cloud, options);
    const isDoubtful = found.some(({ standing }) => standing === 'unknown');
    const leftMs = deadline - performance.now();
    if (!isDoubtful || leftMs <= 0) return found;
    await sleep(Math.min(pollMs, leftMs), undefined, { signal });
  }
}

async function checkOnce(cloud: Cloud, options: LeftoversOptions): Promise<readonly Leftover[]> {
  const { regions, tableName, signal } = options;
  const asked = [...new Set([...regions, EDGE_REGION])];
  const found = await Promise.all(
    asked.map(async (region) => {
      const arns = new Set(await taggedArns(cloud, region, options));
      const table = regions.includes(region)
        ? await describeTable(cloud.region(region), tableName, signal)
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
