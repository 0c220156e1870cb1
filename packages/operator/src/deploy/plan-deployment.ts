import type { Cloud } from '../cloud/region-clients.ts';
import { findSiteStack, type SiteStack } from '../cloud/site-stack.ts';
import { deploymentParameter, readParameter } from '../cloud/stage-parameters.ts';
import type { StagePlace } from '../cloud/stage-place.ts';
import type { BackendIdentity } from '../synthesis/synthesis-process.ts';
import type { DeployMethod } from './ampx-command.ts';
import { type DeployOrder, orderRegions } from './deploy-order.ts';
import { requireUpdatable } from './deploy-region.ts';
import { type DeploymentRecord, parseRecord } from './deployment-record.ts';
import { readTableChange } from './read-table-change.ts';
import type { TableChange } from './table-change.ts';

/** What a plan is made of. */
export interface PlanOptions {
  readonly cloud: Cloud;
  readonly place: StagePlace;
  readonly method: DeployMethod;
  readonly appIds: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** @default {@link readTableChange} - which synthesizes */
  readonly readTable?: typeof readTableChange;
}

/** In which order, and what was there before. */
export interface PlannedDeployment extends DeployOrder {
  readonly record: DeploymentRecord | null;
}

/**
 * Finds out what is deployed, what the table becomes, and so the order. Reads only.
 *
 * @throws {DeployError} where the step is none that CloudFormation can make, as {@link orderRegions} tells
 */
export async function planDeployment(options: PlanOptions): Promise<PlannedDeployment> {
  const { cloud, place, signal } = options;
  const [primary = ''] = place.regions;
  const sites = new Map<string, SiteStack | null>();
  for (const region of place.regions) sites.set(region, await readSite(region, options));
  for (const region of place.chosen) {
    const site = sites.get(region) ?? null;
    if (site !== null) requireUpdatable(site);
  }
  const table = await tableChangeIn(sites.get(primary) ?? null, options);
  // A region that the topology no longer has may still have a stack, which uses the replica that would go.
  for (const region of table?.removed ?? []) sites.set(region, await readSite(region, options));
  const known = await readParameter(cloud.region(primary), deploymentParameter(place), signal);
  return {
    ...orderRegions({ place, sites, table }),
    record: known === null ? null : parseRecord(known.value),
  };
}

/** Stacks that hold nothing: one whose creation failed, and one whose change set nobody carried out. */
const EMPTY: ReadonlySet<string> = new Set(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS']);

/** What a region has; an empty stack counts as none. */
async function readSite(region: string, { cloud, place, signal }: PlanOptions): Promise<SiteStack | null> {
  const site = await findSiteStack(cloud.region(region), place, signal);
  return site !== null && EMPTY.has(site.status) ? null : site;
}

async function tableChangeIn(primary: SiteStack | null, options: PlanOptions): Promise<TableChange | null> {
  if (primary === null) return null;
  const { cloud, signal, readTable = readTableChange } = options;
  return readTable(cloud.region(primary.region), {
    stackId: primary.stackId,
    backend: identityOf(primary.region, options),
    signal,
  });
}

/** As `ampx` names the backend, which decides the stage, and so the table. */
function identityOf(region: string, { method, place, appIds }: PlanOptions): BackendIdentity {
  return method === 'ampx-deploy'
    ? { type: 'standalone', namespace: place.branch, name: 'backend' }
    : { type: 'branch', namespace: appIds[region] ?? 'app', name: place.branch };
}
