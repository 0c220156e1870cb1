import type { Entity } from '@gsp/platform/contract';
import { SHORT_LIVED_STAGES, type Topology } from '@gsp/platform/topology';
import { type Cloud, openCloud } from '../cloud/region-clients.ts';
import { type StageTarget, stageTarget } from '../cloud/stage-target.ts';
import { checkForecast } from '../forecast/check-forecast.ts';
import type { StageForecastOptions } from '../forecast/forecast-stage.ts';
import { definitionsOf } from '../load-definitions.ts';
import type { CheckResult } from './check-result.ts';
import { checkBootstrap } from './cloud/check-bootstrap.ts';
import { checkCost } from './cloud/check-cost.ts';
import { checkCredentials } from './cloud/check-credentials.ts';
import { checkEntities } from './cloud/check-entities.ts';
import { checkQuotas } from './cloud/check-quotas.ts';
import { checkReplicas } from './cloud/check-replicas.ts';
import { checkStacks } from './cloud/check-stacks.ts';
import { checkZone, type ResolveNs } from './cloud/check-zone.ts';
import type { AccountContext } from './cloud/run-check.ts';

/** A stage, and whom to ask about it. */
export interface CloudExamination {
  /** The project. */
  readonly rootDir: string;
  readonly target: StageTarget;
  readonly cloud: Cloud;
  /** What the project defines, or what kept it from being loaded. */
  readonly entities: readonly Entity[] | Error;
  /** Ends the examination with its reason. @default - each question has a limit of its own */
  readonly signal?: AbortSignal;
  /** How the next deployment is forecast. @default - nothing may be lost, and it is named as what is deployed */
  readonly forecast?: Pick<StageForecastOptions, 'allowed' | 'identityOf'>;
  /** @default - the resolvers of this machine */
  readonly resolveNs?: ResolveNs;
  /** Milliseconds since 1970. @default Date.now */
  readonly nowMs?: () => number;
}

/** Checks that need an account, in the order in which a deploy would run into what they find. */
const CLOUD_CHECKS: readonly ((
  context: AccountContext,
  options: { readonly resolveNs?: ResolveNs },
) => Promise<readonly CheckResult[]>)[] = [
  checkBootstrap,
  checkStacks,
  checkReplicas,
  checkEntities,
  checkZone,
  checkQuotas,
];

/**
 * Everything that decides in the account whether a stage can be deployed. Reads only, asks all regions at once, and
 * every question is bounded.
 *
 * Levels hold for every caller. A `fault` would make a deploy fail or do harm. One of check `credentials` means that
 * nothing else was examined: a deploy must not go on, a doctor may say so and be content. What could not be examined
 * for lack of a permission or an answer is a `warning` of its own check.
 *
 * @throws the reason of `signal` once that is aborted
 */
export async function examineCloud({
  rootDir,
  target,
  cloud,
  entities,
  signal = new AbortController().signal,
  forecast = { allowed: [] },
  resolveNs,
  nowMs,
}: CloudExamination): Promise<readonly CheckResult[]> {
  const identity = await checkCredentials({ target, cloud, signal }, nowMs && { nowMs });
  const cost = checkCost(target);
  if (identity.account === null) return [...identity.results, cost];
  const definitions = await definitionsOf(rootDir);
  const context: AccountContext = {
    ...{ target, cloud, entities, definitions },
    account: identity.account,
    signal,
  };
  const found = await Promise.all(
    CLOUD_CHECKS.map((check) => check(context, resolveNs ? { resolveNs } : {})),
  );
  const changes = await checkForecast({ rootDir, target, cloud, signal, ...forecast });
  return [...identity.results, ...found.flat(), ...changes, cost];
}

/**
 * What an account has of a stage of the topology, for a person who may have no account at hand: that nobody is signed
 * in is then a warning which says what was not examined, and no fault.
 *
 * @param stage as the topology names it
 */
export async function examineStage(
  topology: Topology,
  stage: string,
  {
    rootDir,
    entities,
    cloud = openCloud(),
  }: Pick<CloudExamination, 'rootDir' | 'entities'> & { readonly cloud?: Cloud },
): Promise<readonly CheckResult[]> {
  if (SHORT_LIVED_STAGES.some((known) => known === stage)) return [anyOf(stage)];
  try {
    const target = stageTarget(topology, { stage, backendType: 'standalone' });
    const results = await examineCloud({ rootDir, target, cloud, entities });
    return results.map((finding) => ({ ...forgive(finding), stage }));
  } finally {
    cloud.close();
  }
}

function anyOf(stage: string): CheckResult {
  return {
    check: 'credentials',
    stage,
    level: 'note',
    what: `AWS was not asked: there is not one ${stage} but any number`,
    why: 'Here stands what holds for all of them.',
  };
}

function forgive(finding: CheckResult): CheckResult {
  if (finding.check !== 'credentials' || finding.level !== 'fault') return finding;
  return {
    ...finding,
    level: 'warning',
    why: 'Not examined: account, bootstrap, stacks, table, entities, zone, quotas.',
  };
}
