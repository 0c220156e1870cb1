import { type BackendStack, isComplete } from '../cloud/backend-stack.ts';
import type { DeploymentRecord } from '../cloud/deployment-record.ts';
import type { DeployPorts } from './deploy-ports.ts';
import { deployRegion } from './deploy-region.ts';
import type { DeploymentResult, DeployStep, RegionResult } from './deployment-result.ts';
import type { DeployPlan } from './plan-deployment.ts';
import { type RegionApi, regionApiOf } from './region-api.ts';

/**
 * Deploys a stage region by region and ends at the first that fails. That one is rolled back; no other is touched, since
 * those before it are proved and those after it have not been begun.
 *
 *     region 1   deploy  smoke  replication  bake  proved
 *     region 2                                            deploy  smoke  ✖  rollback  smoke  rolled-back
 *     region 3                                                                                not reached
 *
 * Running it again with the same revision goes on: regions that are proved, and whose stacks still say so, are
 * skipped; one whose stack has the revision and is not proved begins at its smoke test.
 *
 * @returns what happened, failures included
 * @throws what a port throws before the first region
 */
export async function deployStage(
  plan: DeployPlan,
  ports: DeployPorts,
  signal: AbortSignal,
): Promise<DeploymentResult> {
  const step: DeployStep = {
    plan,
    ports,
    signal,
    record: beginRecord(plan, ports),
    peers: await peersOf(plan, ports),
  };
  const results: RegionResult[] = [];
  for (const region of plan.order) {
    const result = hasFailed(results) ? notReached(region) : await deployRegion(region, step);
    results.push(result);
  }
  const failed = results.find(({ failure }) => failure !== null);
  return {
    id: plan.id,
    project: plan.project,
    stage: plan.stage,
    revision: plan.revision,
    isGood: failed === undefined,
    regions: results,
    afterDeploy: failed === undefined ? plan.afterDeploy : [],
    failure: failed === undefined ? null : explain(failed, results),
  };
}

/** What every region had before goes on to be known. */
function beginRecord({ id, revision, record }: DeployPlan, ports: DeployPorts): DeploymentRecord {
  return { id, revision, startedAt: ports.now().toISOString(), regions: record?.regions ?? {} };
}

/**
 * Regions that are up already, to replicate with. One that was not well before this deployment is left out, or
 * nothing could be repaired while a region is down; and it is said.
 */
async function peersOf({ regions, order }: DeployPlan, ports: DeployPorts): Promise<Map<string, RegionApi>> {
  const peers = new Map<string, RegionApi>();
  for (const region of regions) {
    const api = apiOf(await ports.readStack(region));
    if (api === null) continue;
    if (await ports.isHealthy(api)) peers.set(region, api);
    else if (!order.includes(region))
      ports.report({
        step: 'plan',
        state: 'noted',
        region,
        detail: 'is not well: replication with it is not checked',
      });
  }
  return peers;
}

function apiOf(stack: BackendStack | null): RegionApi | null {
  return stack === null || !isComplete(stack.status) ? null : regionApiOf(stack);
}

function hasFailed(results: readonly RegionResult[]): boolean {
  return results.some(({ failure }) => failure !== null);
}

function notReached(region: string): RegionResult {
  return {
    region,
    outcome: 'not-reached',
    revisionBefore: null,
    revisionNow: null,
    durations: {},
    smoke: [],
    replication: [],
    bake: null,
    warnings: [],
    failure: null,
    rollback: null,
  };
}

/** One line: what failed, what was undone, what each region runs now. */
function explain({ region, failure, rollback }: RegionResult, results: readonly RegionResult[]): string {
  const runs = results
    .filter(({ outcome }) => outcome !== 'not-reached')
    .map((result) => `${result.region} runs ${result.revisionNow ?? 'no revision that it tells of'}`);
  const untouched = results.filter(({ outcome }) => outcome === 'not-reached').map((result) => result.region);
  return [
    `${region}: ${failure ?? ''}`,
    ...(rollback === null ? [] : [rollback]),
    `${runs.join(', ')}${untouched.length === 0 ? '' : `; ${untouched.join(', ')} not touched`}`,
  ]
    .map((part) => part.replace(/[.\s]+$/, ''))
    .join('. ');
}
