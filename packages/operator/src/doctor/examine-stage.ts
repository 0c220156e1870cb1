import { SHORT_LIVED_STAGES, type Topology } from '@gsp/platform/topology';
import { type Cloud, openCloud } from '../cloud/region-clients.ts';
import { stageTarget } from '../cloud/stage-target.ts';
import type { CheckResult } from './check-result.ts';
import { examineCloud } from './examine-cloud.ts';

/**
 * What an account has of a stage of the topology, for a person who may have no account at hand: that nobody is signed
 * in is then a warning which says what was not examined, and no fault.
 *
 * @param stage as the topology names it
 */
export async function examineStage(
  topology: Topology,
  stage: string,
  { cloud = openCloud() }: { readonly cloud?: Cloud } = {},
): Promise<readonly CheckResult[]> {
  if (SHORT_LIVED_STAGES.some((known) => known === stage)) return [anyOf(stage)];
  try {
    const target = stageTarget(topology, { stage, backendType: 'standalone' });
    const results = await examineCloud({ target, cloud });
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
    why: 'Not examined: account, bootstrap, stacks, table, zone, quotas.',
  };
}
